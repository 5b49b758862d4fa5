package dev.weir.admin;

import dev.weir.certificates.CertificateStore;
import dev.weir.certificates.Passphrase;
import dev.weir.compiler.RightsChecks;
import dev.weir.model.ApiReader;
import dev.weir.model.GatewayConfig.KeyRules;
import dev.weir.model.GatewayConfig.PolicySource;
import dev.weir.store.KeyVault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What the control API reads and writes.
 *
 * @param apiFolder of the API definitions
 * @param passphrase for private keys that come encrypted
 * @param rights tells which patterns of keys and policies are none
 * @param counting whether a policy counts for keys now, by its id
 * @param quotas has the quotas of a key be whole again, by the hash of its token
 * @param refetch has the key sets of issuers at these addresses be fetched anew
 * @param atOnce whether what is written is served before the answer, and not after a reload
 */
public record ControlDocuments(
    Path apiFolder,
    ApiReader apis,
    CertificateStore certificates,
    Passphrase passphrase,
    PolicySource policies,
    KeyRules keyRules,
    RightsChecks rights,
    KeyVault keys,
    Predicate<String> counting,
    Consumer<String> quotas,
    Consumer<Set<URI>> refetch,
    boolean atOnce) {}
