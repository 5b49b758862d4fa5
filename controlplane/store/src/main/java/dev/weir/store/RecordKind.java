package dev.weir.store;

/** What a record is. Its name is in the files of the store: it stays. */
public enum RecordKind {
  /** A key of a client, by the hash of its token. */
  KEY,
  /** What holds for all keys of an organisation, by its id. */
  ORG_KEY,
  /** A policy, by its id. */
  POLICY
}
