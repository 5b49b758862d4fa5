package dev.weir.model;

import dev.weir.model.AccessRight.AllowedUrl;
import dev.weir.model.AccessRight.EndpointLimit;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Writes a key as its policies make it, in the shape that it was written in. */
public final class AppliedDocument {
  private static final Origin HERE = Origin.whole("policies");
  private static final double EXACT = 1e15;

  private AppliedDocument() {}

  /** The document of the key, with what the policies say in place of what it says itself. */
  public static JsonDocument of(KeyDefinition key, AppliedPolicies applied) {
    JsonDocument document = JsonDocument.of(key.settings());
    if (key.policies().isEmpty()) {
      return document;
    }
    for (Map.Entry<String, Json.Member> member : limit(applied.allowance()).members().entrySet()) {
      document = document.with(member.getKey(), member.getValue().value());
    }
    return document
        .with("is_inactive", new Json.Bool(HERE, applied.inactive()))
        .with("access_rights", object(applied.rights(), AppliedDocument::right))
        .with("tags", applied.tags())
        .with("meta_data", object(applied.metaData(), AppliedDocument::text));
  }

  private static Json right(AccessRight right) {
    return Json.Obj.empty(HERE)
        .with("api_id", text(right.apiId()))
        .with("versions", texts(right.versions()))
        .with("allowed_urls", list(right.allowedUrls(), AppliedDocument::url))
        .with("limit", limit(right.limit()))
        .with("endpoints", list(right.endpoints(), AppliedDocument::endpoint))
        .with("allowance_scope", text(right.scope()));
  }

  private static Json url(AllowedUrl url) {
    return Json.Obj.empty(HERE).with("url", text(url.url())).with("methods", texts(url.methods()));
  }

  private static Json endpoint(EndpointLimit endpoint) {
    Json limit =
        Json.Obj.empty(HERE)
            .with("rate", decimal(endpoint.limit().rate()))
            .with("per", decimal(endpoint.limit().per()));
    Json method = Json.Obj.empty(HERE).with("name", text(endpoint.method())).with("limit", limit);
    return Json.Obj.empty(HERE)
        .with("path", text(endpoint.path()))
        .with("methods", list(List.of(method), json -> json));
  }

  private static Json.Obj limit(Allowance allowance) {
    return Json.Obj.empty(HERE)
        .with("rate", decimal(allowance.rate()))
        .with("per", decimal(allowance.per()))
        .with("throttle_interval", decimal(allowance.throttleInterval()))
        .with("throttle_retry_limit", whole(allowance.throttleRetries()))
        .with("quota_max", whole(allowance.quotaMax()))
        .with("quota_renewal_rate", whole(allowance.quotaRenewal()));
  }

  private static <T> Json object(Map<String, T> members, Function<T, Json> json) {
    Json.Obj object = Json.Obj.empty(HERE);
    for (Map.Entry<String, T> member : members.entrySet()) {
      object = object.with(member.getKey(), json.apply(member.getValue()));
    }
    return object;
  }

  private static <T> Json list(List<T> items, Function<T, Json> json) {
    return new Json.Arr(HERE, items.stream().map(json).toList());
  }

  private static Json texts(List<String> texts) {
    return list(texts, AppliedDocument::text);
  }

  private static Json text(String text) {
    return new Json.Text(HERE, text);
  }

  private static Json decimal(double number) {
    return number == Math.rint(number) && Math.abs(number) < EXACT
        ? whole((long) number)
        : new Json.Num(HERE, String.valueOf(number));
  }

  private static Json whole(long number) {
    return new Json.Num(HERE, String.valueOf(number));
  }
}
