package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class AppliedDocumentTest {

  private static String applied(String key, String policy) {
    KeyDefinition read =
        requireNonNull(new KeyReader(true).read("key", key.replace('\'', '"')).value());
    PolicyDefinition only =
        requireNonNull(
            new PolicyReader().read(Path.of("p.json"), policy.replace('\'', '"')).definition());
    AppliedPolicies applied = AppliedPolicies.of(read, id -> id.equals(only.id()) ? only : null);
    return AppliedDocument.of(read, applied).document().replace('"', '\'');
  }

  @Test
  void aKeyWithoutPoliciesIsAsItWasWritten() {
    assertThat(applied("{'rate': 1.50, 'per': 1, 'theirs': {}}", "{'id': 'p'}"))
        .isEqualTo("{'rate':1.50,'per':1,'theirs':{}}");
  }

  /** What it says is what would be read from it. */
  @Test
  void itReadsAsTheKeyThatItTells() {
    String policy =
        "{'id': 'p', 'rate': 2.5, 'per': 1, 'quota_max': 9, 'quota_renewal_rate': 60,"
            + " 'is_inactive': true, 'tags': ['t'], 'meta_data': {'a': 'b'}, 'access_rights':"
            + " {'api': {'versions': ['v'], 'allowed_urls': [{'url': '/s/m', 'methods': ['POST']}],"
            + " 'endpoints': [{'path': '/s/n', 'methods': [{'name': 'POST', 'limit':"
            + " {'rate': 3, 'per': 1}}]}]}}}";

    String text = applied("{'apply_policies': ['p'], 'theirs': 1.50}", policy);

    assertThat(text)
        .startsWith("{'apply_policies':['p'],'theirs':1.50,'rate':2.5,'per':1,")
        .contains("'quota_max':9,'quota_renewal_rate':60,'is_inactive':true")
        .contains("'tags':['t'],'meta_data':{'a':'b'}")
        .contains("'versions':['v'],'allowed_urls':[{'url':'/s/m','methods':['POST']}]")
        .contains(
            "'endpoints':[{'path':'/s/n','methods':[{'name':'POST','limit':{'rate':3,'per':1}}]}]");
    KeyDefinition read =
        requireNonNull(new KeyReader(false).read("key", text.replace('\'', '"')).value());
    assertThat(read.inactive()).isTrue();
    assertThat(read.rights()).containsOnlyKeys("api");
  }
}
