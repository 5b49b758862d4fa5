package dev.weir.admin;

import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiFile;
import dev.weir.model.ApiReader;
import dev.weir.model.OasDocument;
import java.nio.file.Path;

/** What a definition is written in. */
enum ApiFormat {
  CLASSIC(
      "this API endpoint only supports Tyk Classic APIs; please use the appropriate Tyk OAS API"
          + " endpoint") {
    @Override
    String document(ApiDefinition api) {
      return api.settings().document();
    }

    @Override
    ApiFile read(ApiReader reader, Path name, String text) {
      return reader.read(name, text);
    }

    @Override
    String withId(String text, String id) {
      return ApiReader.withId(text, id);
    }
  },

  OAS(
      "the supplied API definition is in OAS format, please use the Tyk classic format for this"
          + " API") {
    @Override
    String document(ApiDefinition api) {
      return api.settings().oasDocument().orElse("");
    }

    @Override
    ApiFile read(ApiReader reader, Path name, String text) {
      return reader.readOas(name, text);
    }

    @Override
    String withId(String text, String id) {
      return OasDocument.withId(text, id);
    }
  },

  /** OAS documents as callers may see them, for reading only. */
  PUBLIC_OAS("") {
    @Override
    String document(ApiDefinition api) {
      String document = OAS.document(api);
      return document.isEmpty() ? "" : OasDocument.published(document);
    }

    @Override
    ApiFile read(ApiReader reader, Path name, String text) {
      return OAS.read(reader, name, text);
    }

    @Override
    String withId(String text, String id) {
      return OAS.withId(text, id);
    }
  };

  private final String otherMeant;

  /**
   * @param otherMeant what Tyk says to whoever writes it in the place of the other one
   */
  ApiFormat(String otherMeant) {
    this.otherMeant = otherMeant;
  }

  ControlAnswer otherMeant() {
    return ControlAnswer.error(400, otherMeant);
  }

  /** A definition as it was written, on one line; empty for one of the other format. */
  abstract String document(ApiDefinition api);

  /** Reads a definition that has no file yet, as the file that it would be. */
  abstract ApiFile read(ApiReader reader, Path name, String text);

  /** The same definition with this id, if it has none. */
  abstract String withId(String text, String id);
}
