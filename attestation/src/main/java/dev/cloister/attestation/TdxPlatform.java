package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import java.util.Optional;

/**
 * What Intel certifies about the platform that signed a quote.
 *
 * @param fmspc the kind of platform, 6 bytes
 * @param pceId 2 bytes
 * @param pceSvn SVN of the provisioning certification enclave
 * @param ppid identifier of the provisioned platform, 16 bytes
 * @param memoryIntegrity whether memory has cryptographic integrity, not only encryption
 * @param instance what is known of the platform instance; nothing under the processor authority
 */
public record TdxPlatform(
    Bytes fmspc,
    Bytes pceId,
    int pceSvn,
    Bytes ppid,
    boolean memoryIntegrity,
    Optional<Instance> instance) {

  /**
   * The platform instance.
   *
   * @param id PIID, 16 bytes
   * @param dynamic whether packages may be added to it
   * @param cachedKeys whether Intel keeps its keys
   * @param smt whether threads of a core are in use
   */
  public record Instance(Bytes id, boolean dynamic, boolean cachedKeys, boolean smt) {}

  static TdxPlatform of(PckExtensions extensions) {
    Optional<Instance> instance =
        switch (extensions.platform()) {
          case PckExtensions.Unknown _ -> Optional.empty();
          case PckExtensions.Known known ->
              Optional.of(
                  new Instance(
                      known.instanceId(), known.dynamic(), known.cachedKeys(), known.smt()));
        };
    return new TdxPlatform(
        extensions.fmspc(),
        extensions.pceId(),
        extensions.pceSvn(),
        extensions.ppid(),
        extensions.sgxType() == PckExtensions.SgxType.SCALABLE_WITH_INTEGRITY,
        instance);
  }

  void put(Json.ObjectBuilder object) {
    object
        .put("fmspc", fmspc.toHex())
        .put("pceId", pceId.toHex())
        .put("pceSvn", pceSvn)
        .put("ppid", ppid.toHex())
        .put("memoryIntegrity", memoryIntegrity);
    instance.ifPresent(known ->
        object
            .put("piid", known.id().toHex())
            .put("dynamicPlatform", known.dynamic())
            .put("cachedKeys", known.cachedKeys())
            .put("smt", known.smt()));
  }
}
