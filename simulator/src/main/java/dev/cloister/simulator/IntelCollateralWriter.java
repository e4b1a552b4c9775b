package dev.cloister.simulator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.simulator.CertificateWriter.Validity;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What Intel's provisioning service would serve for the simulated platform (Intel PCS API version
 * 4: "Get TDX TCB Info" version 3, "Get TDX QE Identity" version 2).
 */
final class IntelCollateralWriter {

  private static final String NO_SIGNER = "00".repeat(48);
  private static final String NO_ATTRIBUTES = "00".repeat(8);
  private static final Instant TCB_DATE = Instant.parse("2026-01-01T00:00:00Z");

  private IntelCollateralWriter() {}

  static Bytes tcbInfo(Validity validity, PrivateKey signer) {
    Json.ObjectBuilder tcb = Json.object();
    tcb.put("sgxtcbcomponents", components(SimulatedTdxPlatform.SGX_COMPONENTS));
    tcb.put("pcesvn", SimulatedTdxPlatform.PCE_SVN);
    tcb.put("tdxtcbcomponents", components(teeComponents()));
    Json info =
        dated("TDX", 3, validity)
            .put("fmspc", SimulatedTdxPlatform.FMSPC.toHex())
            .put("pceId", SimulatedTdxPlatform.PCE_ID.toHex())
            .put("tcbType", 0)
            .put("tcbEvaluationDataNumber", SimulatedTdxPlatform.EVALUATION_DATA_NUMBER)
            .put("tdxModule", module().build())
            .put(
                "tdxModuleIdentities",
                Json.of(
                    List.of(
                        module()
                            .put("id", "TDX_01")
                            .put(
                                "tcbLevels",
                                Json.of(
                                    List.of(level(svn(SimulatedTdxPlatform.TEE_TCB_SVN.at(0))))))
                            .build())))
            .put("tcbLevels", Json.of(List.of(level(tcb.build()))))
            .build();
    return signed("tcbInfo", info, signer);
  }

  static Bytes qeIdentity(Validity validity, PrivateKey signer) {
    Json identity =
        dated("TD_QE", 2, validity)
            .put("tcbEvaluationDataNumber", SimulatedTdxPlatform.EVALUATION_DATA_NUMBER)
            .put("miscselect", "00000000")
            .put("miscselectMask", "FFFFFFFF")
            .put("attributes", SimulatedTdxPlatform.QE_ATTRIBUTES.toHex())
            .put("attributesMask", "FBFFFFFFFFFFFFFF0000000000000000")
            .put("mrsigner", SimulatedTdxPlatform.QE_MR_SIGNER.toHex())
            .put("isvprodid", SimulatedTdxPlatform.QE_PRODUCT)
            .put("tcbLevels", Json.of(List.of(level(svn(SimulatedTdxPlatform.QE_SVN)))))
            .build();
    return signed("enclaveIdentity", identity, signer);
  }

  private static Json.ObjectBuilder dated(String id, int version, Validity validity) {
    return Json.object()
        .put("id", id)
        .put("version", version)
        .put("issueDate", validity.from().toString())
        .put("nextUpdate", validity.to().toString());
  }

  private static Json.ObjectBuilder module() {
    return Json.object()
        .put("mrsigner", NO_SIGNER)
        .put("attributes", NO_ATTRIBUTES)
        .put("attributesMask", "FF".repeat(8));
  }

  private static Json.Obj svn(int version) {
    return Json.object().put("isvsvn", version).build();
  }

  private static Json level(Json.Obj tcb) {
    return Json.object()
        .put("tcb", tcb)
        .put("tcbDate", TCB_DATE.toString())
        .put("tcbStatus", "UpToDate")
        .build();
  }

  private static List<Integer> teeComponents() {
    List<Integer> components = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      components.add(SimulatedTdxPlatform.TEE_TCB_SVN.at(i));
    }
    return components;
  }

  private static Json components(List<Integer> versions) {
    return Json.of(
        versions.stream().map(version -> Json.object().put("svn", version).build()).toList());
  }

  /** The signature covers the very bytes of the object. */
  private static Bytes signed(String name, Json content, PrivateKey signer) {
    Bytes text = JsonWriter.canonicalBytes(content);
    Bytes signature = IntelCertificateWriter.sign("SHA256withECDSAinP1363Format", signer, text);
    return Bytes.concat(
        Bytes.ofUtf8("{\"" + name + "\":"),
        text,
        Bytes.ofUtf8(",\"signature\":\"" + signature.toHex() + "\"}"));
  }
}
