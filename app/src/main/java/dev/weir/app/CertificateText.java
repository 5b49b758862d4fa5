package dev.weir.app;

import static dev.weir.model.JsonWriter.quoted;

import dev.weir.certificates.StoredCertificate;
import dev.weir.cli.Table;
import dev.weir.model.JsonWriter;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A stored certificate in words, as a row of a table, and as JSON; without its private key. */
record CertificateText(StoredCertificate certificate, Instant now) {
  private static final List<String> HEADINGS =
      List.of("ID", "NAMES", "ISSUER", "UNTIL", "DAYS", "KEY");

  private X509Certificate leaf() {
    return certificate.leaf();
  }

  private Instant until() {
    return leaf().getNotAfter().toInstant();
  }

  /** Whole days that are left, rounded down; below 0 for one that has expired. */
  private long days() {
    return Math.floorDiv(
        Duration.between(now, until()).toSeconds(), Duration.ofDays(1).toSeconds());
  }

  private boolean hasKey() {
    return certificate.key() != null;
  }

  private String names() {
    List<String> names = certificate.names();
    return names.isEmpty() ? subject() : String.join(",", names);
  }

  private String subject() {
    return leaf().getSubjectX500Principal().getName();
  }

  private String issuer() {
    boolean own = leaf().getIssuerX500Principal().equals(leaf().getSubjectX500Principal());
    return own ? "itself" : leaf().getIssuerX500Principal().getName();
  }

  private boolean isAuthority() {
    return leaf().getBasicConstraints() >= 0;
  }

  private List<String> row() {
    return List.of(
        certificate.id(),
        names(),
        issuer(),
        until().toString().substring(0, 10),
        Long.toString(days()),
        hasKey() ? "yes" : "no");
  }

  /** Rows in columns, below their headings. */
  static List<String> table(List<CertificateText> all) {
    return Table.lines(HEADINGS, all.stream().map(CertificateText::row).toList());
  }

  /** All of it, line by line. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("id           " + certificate.id());
    lines.add("names        " + names());
    lines.add("subject      " + subject());
    lines.add("issuer       " + issuer());
    lines.add("valid        " + leaf().getNotBefore().toInstant() + " to " + until());
    lines.add("days left    " + days());
    lines.add("private key  " + (hasKey() ? "yes" : "no"));
    lines.add("authority    " + (isAuthority() ? "yes" : "no"));
    lines.add("fingerprint  " + StoredCertificate.fingerprint(leaf()));
    lines.add("chain        " + certificate.chain().size() + " in all");
    return lines.stream().map(CertificateText::printable).toList();
  }

  /** Names are the work of whoever made the certificate. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  /** With the names that Tyk has for its own. */
  String json() {
    return """
    {"id": %s, "fingerprint": %s, "subject": %s, "issuer": %s, "dns_names": %s, \
    "not_before": %s, "not_after": %s, "days_left": %d, "has_private": %s, "is_ca": %s}\
    """
        .formatted(
            quoted(certificate.id()),
            quoted(StoredCertificate.fingerprint(leaf())),
            quoted(subject()),
            quoted(leaf().getIssuerX500Principal().getName()),
            certificate.names().stream()
                .map(JsonWriter::quoted)
                .collect(Collectors.joining(", ", "[", "]")),
            quoted(leaf().getNotBefore().toInstant().toString()),
            quoted(until().toString()),
            days(),
            hasKey(),
            isAuthority());
  }
}
