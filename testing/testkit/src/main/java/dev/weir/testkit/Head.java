package dev.weir.testkit;

/**
 * A complete field section that a scripted peer received.
 *
 * @param stream the stream it belongs to
 * @param fields the decoded fields in order
 * @param isLast whether it ended the stream
 */
public record Head(int stream, Fields fields, boolean isLast) {}
