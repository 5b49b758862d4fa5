package dev.weir.demo;

import org.jspecify.annotations.Nullable;

/** A gRPC service: finds methods by their path. */
interface Service {

  /** The method with this path, such as {@code /helloworld.Greeter/SayHello}, or null. */
  @Nullable Method method(String path);

  /** A method: what to do with one call of it. */
  interface Method {

    /** A call begins; what it is asked goes to the result, what it answers to {@code answer}. */
    Requests begin(Answer answer);
  }

  /**
   * What a call hears from its caller. Confined to the connection's event loop. A {@link
   * CallFailure} thrown in here ends the call.
   */
  interface Requests {

    /** One message came. */
    void onMessage(byte[] message);

    /** There will be no more. */
    void onEnd();
  }

  /** What a call says to its caller. Confined to the connection's event loop. */
  interface Answer {

    /** Sends one message. */
    void send(byte[] message);

    /** Ends the call well. */
    void finish();
  }

  /** A method that takes one message, as a function that sends its answers. */
  interface OneRequest {
    void answer(byte[] request, Answer answer);
  }

  /** Turns a function of one message into a method that ends with it. */
  static Method ofOneRequest(OneRequest method) {
    return answer -> new OneMessage(method, answer);
  }
}
