package dev.weir.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.call.ProxyError;
import dev.weir.filter.FailedCredentials;
import dev.weir.filter.Grant;
import dev.weir.filter.Grants;
import dev.weir.filter.Identity;
import dev.weir.filter.IdentityLookup;
import dev.weir.filter.ListenPath;
import dev.weir.filter.MethodRules;
import dev.weir.filter.NameAndPassword;
import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;
import dev.weir.http2.FieldList;
import dev.weir.http2.Http2Limits;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OpenConnectionsTest {
  private static final AskedCredential TOKEN =
      new AskedCredential(AskedCredential.Kind.TOKEN, "", "authorization");
  private static final Access ACCESS =
      Access.by(List.of(TOKEN), TOKEN, "bench", ListenPath.of(0), false, false, false);

  private final Keys keys = new Keys();
  private final Admission admission =
      Admission.of(
          new Callers(
              () -> keys,
              () -> 1,
              FailedCredentials.UNCOUNTED,
              FailedCredentials.UNCOUNTED,
              ToldLimits.NONE),
          1);

  @Test
  void aFaultWithOneCallKeepsNoOtherFromBeingEnded() {
    Ear broken = new Ear();
    Ear revoked = new Ear();
    try (Workbench bench =
        new Workbench(new Ear(), Http2Limits.DOWNSTREAM, admission, ACCESS, null)) {
      bench.caller().open(broken, request("broken"), false);
      bench.newCaller().open(revoked, request("revoked"), false);
      bench.run();
      keys.change();

      bench.sweep();

      assertThat(broken.heard).containsExactly("reset CONNECTION_LOST INTERNAL_ERROR");
      assertThat(revoked.heard).first().asString().contains("grpc-status: 16");
    }
  }

  /** With very many to ask, others would wait for their turn. */
  @Test
  void thoseWhoseRightsChangedAreAskedInSeveralTurns() {
    Ear late = new Ear();
    try (Workbench bench =
        new Workbench(new Ear(), Http2Limits.DOWNSTREAM, admission, ACCESS, null)) {
      bench.caller().open(late, request("revoked late"), false);
      bench.caller().open(new Ear(), request("revoked"), false);
      bench.newCaller().open(new Ear(), request("revoked"), false);
      bench.newCaller().open(new Ear(), request("revoked"), false);
      bench.run();
      long open = bench.activity().streams();
      keys.change();
      bench.sweepStep();
      assertThat(bench.activity().streams()).isEqualTo(open - 1);

      keys.change();
      bench.sweepStep();
      assertThat(bench.activity().streams()).isEqualTo(open - 1);
      bench.run();

      assertThat(bench.activity().streams()).isZero();
      assertThat(late.heard).first().asString().contains("grpc-status: 16");
    }
  }

  private static FieldList request(String key) {
    return Workbench.fields(
        ":method",
        "POST",
        ":scheme",
        "http",
        ":path",
        "/pkg.Service/Method",
        "content-type",
        "application/grpc",
        "authorization",
        key);
  }

  /** Two keys: what one of them may do cannot be read, once there was a change. */
  private static final class Keys implements IdentityLookup {
    private long changes;

    void change() {
      changes++;
    }

    @Override
    public Identity find(byte[] owner, byte[] credential, int offset, int length) {
      return new Key(new String(credential, offset, length, US_ASCII));
    }

    @Override
    public @Nullable Identity find(byte[] owner, NameAndPassword shown) {
      return null;
    }

    @Override
    public @Nullable Identity holder(byte[] owner, byte[] fingerprint) {
      return null;
    }

    @Override
    public boolean prove(byte[] owner, NameAndPassword shown, long address, Proven proven) {
      return false;
    }

    @Override
    public long changes() {
      return changes;
    }

    private final class Key implements Identity {
      private static final ProxyError REVOKED =
          new ProxyError(ProxyError.Kind.CREDENTIAL_REFUSED, "revoked");

      private final String name;
      private final Grants before =
          Grants.of(Map.of("bench", new Grant(MethodRules.ALL, null, null, null)));

      Key(String name) {
        this.name = name;
      }

      @Override
      public Grants grants() {
        if (changes == 0 || (name.equals("revoked late") && changes == 1)) {
          return before;
        }
        if (name.equals("broken")) {
          throw new IllegalStateException("what the key may do cannot be read");
        }
        return Grants.denied(REVOKED);
      }

      @Override
      public long expires() {
        return NEVER;
      }

      @Override
      public RateLimit limit(RateRule rule, long now) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Quota quota(QuotaRule rule) {
        throw new UnsupportedOperationException();
      }

      @Override
      public boolean isKnown() {
        return true;
      }
    }
  }
}
