package dev.weir.compiler;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Those whom tokens are about, as long as one of their tokens is remembered, or a call of theirs
 * counts for a rate or a quota. For all threads.
 */
final class Subjects {
  private final Map<Subject.Name, Subject> byName = new ConcurrentHashMap<>();
  private final QuotaKeeper quotas;

  Subjects(QuotaKeeper quotas) {
    this.quotas = quotas;
  }

  QuotaKeeper quotas() {
    return quotas;
  }

  /** The one with that name, who has one token more. */
  Subject withToken(String orgId, String name) {
    return byName.compute(
        Subject.Name.of(orgId, name),
        (made, known) -> {
          Subject subject = known == null ? new Subject(made) : known;
          subject.hasOneMore();
          return subject;
        });
  }

  /** The one whose quota is on the disk. */
  Subject restore(long high, long low) {
    return byName.computeIfAbsent(new Subject.Name(high, low), Subject::new);
  }

  /** One of their tokens is not remembered any more. */
  void withoutToken(Subject subject, long epochSeconds) {
    byName.computeIfPresent(
        subject.name(),
        (_, known) -> {
          known.hasOneLess(epochSeconds);
          return known;
        });
  }

  /** Forgets those of whom nothing counts any more. */
  void sweep(long epochSeconds) {
    byName
        .keySet()
        .forEach(name ->
            byName.computeIfPresent(
                name,
                (_, subject) -> {
                  boolean over =
                      subject.isIdle(epochSeconds) && !quotas.isUsed(subject, epochSeconds);
                  if (over) {
                    subject.isGone();
                    quotas.forget(subject);
                  }
                  return over ? null : subject;
                }));
  }

  int size() {
    return byName.size();
  }
}
