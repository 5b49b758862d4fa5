package dev.weir.demo;

import org.jspecify.annotations.Nullable;

/** {@code helloworld.Greeter}: greets whoever the request names. */
public final class Greeter implements Service {
  /** The path of its only method. */
  public static final String SAY_HELLO = "/helloworld.Greeter/SayHello";

  @Override
  public @Nullable Method method(String path) {
    return path.equals(SAY_HELLO) ? Service.ofOneRequest(Greeter::sayHello) : null;
  }

  private static void sayHello(byte[] request, Answer answer) {
    answer.send(Hello.of("Hello " + Hello.text(request)));
  }
}
