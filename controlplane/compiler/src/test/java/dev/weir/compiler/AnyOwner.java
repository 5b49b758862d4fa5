package dev.weir.compiler;

/** Somebody with quotas; deleted when the test says so. */
final class AnyOwner implements QuotaOwner {
  private final long number;
  boolean deleted;

  AnyOwner(long number) {
    this.number = number;
  }

  @Override
  public long high() {
    return number;
  }

  @Override
  public long low() {
    return 0;
  }

  @Override
  public String mark() {
    return "";
  }

  @Override
  public boolean isDeleted() {
    return deleted;
  }
}
