package dev.weir.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One known name in a document.
 *
 * @param name in JSON
 * @param goName Go field, of which the environment variable is made; empty when there is none
 * @param byDefault JSON literal that counts when the key is not set; null for the type's zero
 * @param actedOn this build does what the key says, or refuses to serve
 * @param reference a secret reference such as {@code env://NAME} is followed here
 */
record Key(
    String name,
    String goName,
    Shape shape,
    @Nullable String byDefault,
    boolean actedOn,
    boolean reference) {

  static Key text(String name, String goName) {
    return of(name, goName, Shape.Scalar.TEXT);
  }

  static Key flag(String name, String goName) {
    return of(name, goName, Shape.Scalar.FLAG);
  }

  static Key integer(String name, String goName) {
    return of(name, goName, Shape.Scalar.INT);
  }

  static Key uint16(String name, String goName) {
    return of(name, goName, Shape.Scalar.UINT16);
  }

  static Key uint64(String name, String goName) {
    return of(name, goName, Shape.Scalar.UINT64);
  }

  static Key decimal(String name, String goName) {
    return of(name, goName, Shape.Scalar.DECIMAL);
  }

  static Key nanos(String name, String goName) {
    return of(name, goName, Shape.Scalar.NANOS);
  }

  static Key texts(String name, String goName) {
    return of(name, goName, new Shape.ListOf(Shape.Scalar.TEXT));
  }

  static Key textMap(String name, String goName) {
    return of(name, goName, new Shape.MapOf(Shape.Scalar.TEXT));
  }

  static Key free(String name, String goName) {
    return of(name, goName, new Shape.Free());
  }

  static Key object(String name, String goName, Key... keys) {
    return of(name, goName, Shape.Fields.of(List.of(keys)));
  }

  static Key list(String name, String goName, Key... keys) {
    return of(name, goName, new Shape.ListOf(Shape.Fields.of(List.of(keys))));
  }

  static Key map(String name, String goName, Key... keys) {
    return of(name, goName, new Shape.MapOf(Shape.Fields.of(List.of(keys))));
  }

  static Key of(String name, String goName, Shape shape) {
    return new Key(name, goName, shape, null, false, false);
  }

  Key acted() {
    return new Key(name, goName, shape, byDefault, true, reference);
  }

  Key byDefault(String literal) {
    return new Key(name, goName, shape, literal, actedOn, reference);
  }

  Key followed() {
    return new Key(name, goName, shape, byDefault, actedOn, true);
  }
}
