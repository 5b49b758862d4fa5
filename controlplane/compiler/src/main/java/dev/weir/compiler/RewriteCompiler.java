package dev.weir.compiler;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.engine.NewPath;
import dev.weir.engine.Rewrite;
import dev.weir.engine.Template;
import dev.weir.filter.PathCapture;
import dev.weir.filter.ValuePattern;
import dev.weir.http2.FoldedNames;
import dev.weir.model.ApiDefinition;
import dev.weir.model.HeaderValue;
import dev.weir.model.UrlRewrites;
import dev.weir.model.UrlRewrites.Condition;
import dev.weir.model.UrlRewrites.Destination;
import dev.weir.model.UrlRewrites.Expression;
import dev.weir.model.UrlRewrites.Piece;
import dev.weir.model.UrlRewrites.Trigger;
import dev.weir.route.GrpcPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Turns what stands in the place of paths into what decides on calls. For one API. */
final class RewriteCompiler {
  private static final String WRITE_PATTERN = "write a regular expression of RE2";

  private final ApiDefinition api;
  private final EndpointGroups groups;

  RewriteCompiler(ApiDefinition api, EndpointGroups groups) {
    this.api = api;
    this.groups = groups;
  }

  /**
   * One of them.
   *
   * @throws Unusable for what is no pattern and no path, at its place
   */
  Rewrite compile(UrlRewrites.Rewrite written) throws Unusable {
    PathCapture pattern = compiled(written.pattern(), PathCapture::of);
    var triggers = new ArrayList<Rewrite.Trigger>();
    for (Trigger trigger : written.triggers()) {
      var conditions = new ArrayList<Rewrite.Condition>();
      for (Condition condition : trigger.conditions()) {
        conditions.add(condition(condition));
      }
      triggers.add(
          new Rewrite.Trigger(trigger.all(), conditions, path(trigger.to(), pattern.groups())));
    }
    return new Rewrite(pattern, triggers, path(written.to(), pattern.groups()));
  }

  private interface Compiler<T> {
    T compile(String regex);
  }

  private static <T> T compiled(Expression written, Compiler<T> compiler) throws Unusable {
    try {
      return compiler.compile(written.text());
    } catch (IllegalArgumentException e) {
      throw new Unusable(
          written.error("\"" + written.text() + "\" " + e.getMessage(), WRITE_PATTERN));
    }
  }

  private static Rewrite.Condition condition(Condition written) throws Unusable {
    ValuePattern value =
        compiled(written.value(), regex -> ValuePattern.of(regex, written.reverse()));
    return switch (written.kind()) {
      case HEADER ->
          new Rewrite.Header(
              FoldedNames.of(List.of(written.name().toLowerCase(Locale.ROOT))), value);
      case QUERY -> new Rewrite.Query(written.name(), value);
      case PATH_PART -> new Rewrite.PathPart(value);
      case META -> new Rewrite.Known(new Template.Meta(written.name()), value);
      case CONTEXT -> {
        Template.Part part = HeadEditsCompiler.part(HeaderValue.context(written.name()));
        yield part instanceof Template.Header(FoldedNames name)
            ? new Rewrite.Header(name, value)
            : new Rewrite.Known(part, value);
      }
    };
  }

  private NewPath path(Destination written, int groupsFound) throws Unusable {
    var pieces = new ArrayList<NewPath.Piece>();
    for (Piece piece : written.pieces()) {
      switch (piece) {
        case UrlRewrites.Group(int number) -> {
          if (number > groupsFound) {
            throw new Unusable(
                written.error(
                    "has $" + number + ", and the pattern has " + groupsFound + " groups",
                    "put what it is to be in brackets"));
          }
          pieces.add(new NewPath.Group(number));
        }
        case UrlRewrites.Value(HeaderValue.Text(String same)) -> pieces.add(new NewPath.Text(same));
        case UrlRewrites.Value(HeaderValue.Part part) ->
            pieces.add(new NewPath.Known(HeadEditsCompiler.part(part)));
      }
    }
    stripListenPath(pieces);
    if (pieces.size() == 1 && pieces.getFirst() instanceof NewPath.Text(String whole)) {
      check(written, whole);
    }
    return new NewPath(
        pieces, written.host().isEmpty() ? null : groups.of(api, written.host().get()));
  }

  /**
   * Takes the listen path away where the definition itself has it, for who writes it means the path
   * that callers use. What a caller has sent must not decide on what is cut off.
   */
  private void stripListenPath(List<NewPath.Piece> pieces) {
    String listen = api.proxy().listenPath().replaceAll("/+$", "");
    if (!api.proxy().stripListenPath()
        || listen.isEmpty()
        || pieces.isEmpty()
        || !(pieces.getFirst() instanceof NewPath.Text(String begin))) {
      return;
    }
    String path = begin.startsWith("/") ? begin : "/" + begin;
    if (path.startsWith(listen)) {
      String rest = path.substring(listen.length());
      boolean whole = rest.isEmpty() && pieces.size() == 1;
      if (whole || rest.startsWith("/") || rest.startsWith("?")) {
        pieces.set(0, new NewPath.Text(rest));
      }
    }
  }

  private static void check(Destination written, String whole) throws Unusable {
    String path = whole.split("\\?", 2)[0];
    if (!GrpcPath.isPlain((path.startsWith("/") ? path : "/" + path).getBytes(US_ASCII))) {
      throw new Unusable(
          written.error("\"" + path + "\" is no path of a method", "write /pkg.Service/Method"));
    }
  }
}
