package dev.weir.model;

import java.util.List;

/**
 * What a key may do with one API: an entry of {@code access_rights}.
 *
 * @param apiId the name of the entry
 * @param versions {@code versions}
 * @param allowedUrls {@code allowed_urls}; empty for every method of the API
 * @param limit {@code limit}; {@link Allowance#NONE} where that of the key counts
 * @param endpoints {@code endpoints}, limits of single methods
 * @param scope {@code allowance_scope}, what calls are counted for; empty for the whole key
 */
public record AccessRight(
    String apiId,
    List<String> versions,
    List<AllowedUrl> allowedUrls,
    Allowance limit,
    List<EndpointLimit> endpoints,
    String scope) {

  public AccessRight {
    versions = List.copyOf(versions);
    allowedUrls = List.copyOf(allowedUrls);
    endpoints = List.copyOf(endpoints);
  }

  /**
   * Methods that may be called.
   *
   * @param url {@code /pkg.Service/Method} for one, {@code /pkg.Service/*} for those of a service
   * @param methods of HTTP, in upper case; gRPC is called by POST
   */
  public record AllowedUrl(String url, List<String> methods) {

    public AllowedUrl {
      methods = List.copyOf(methods);
    }
  }

  /**
   * A limit of one method.
   *
   * @param path as in {@link AllowedUrl#url}
   * @param method of HTTP
   * @param limit a rate only; one that says nothing leaves the method to that of the key
   */
  public record EndpointLimit(String path, String method, Allowance limit) {

    boolean isOfSame(EndpointLimit other) {
      return path.equals(other.path) && method.equals(other.method);
    }
  }

  AccessRight withLimit(Allowance limit) {
    return new AccessRight(apiId, versions, allowedUrls, limit, endpoints, scope);
  }

  AccessRight withEndpoints(List<EndpointLimit> endpoints) {
    return new AccessRight(apiId, versions, allowedUrls, limit, endpoints, scope);
  }

  AccessRight withScope(String scope) {
    return new AccessRight(apiId, versions, allowedUrls, limit, endpoints, scope);
  }
}
