package dev.weir.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The versions of an API that are APIs of their own, of which its callers name one.
 *
 * @param field {@code definition.key}, of the head, that has the name; in lower case
 * @param strips {@code strip_versioning_data}: whether servers do not get the field
 * @param name of the API itself among them; empty where it has none
 * @param byDefault {@code default}, for callers without the field: the name of one of them, or
 *     {@link #SELF}
 * @param fallsBack {@code fallback_to_default}: whether that is also for unknown names
 * @param all in the order of the document
 */
public record VersionApis(
    String field,
    boolean strips,
    String name,
    Optional<String> byDefault,
    boolean fallsBack,
    List<Child> all) {
  /** Stands for the API itself, whatever its name is. */
  public static final String SELF = "self";

  public VersionApis {
    all = List.copyOf(all);
  }

  /**
   * One of them.
   *
   * @param apiId whose calls they are
   * @param at where that stands
   */
  public record Child(String name, String apiId, Origin at) {

    /** A problem with it, at its place. */
    public Problem error(String message, @Nullable String hint) {
      return at.error(place(), message, hint);
    }

    /** The same for what is no error. */
    public Problem warning(String message, @Nullable String hint) {
      return at.warning(place(), message, hint);
    }

    private String place() {
      return ShapeReader.join(VersionApisReader.VERSIONS, name);
    }
  }
}
