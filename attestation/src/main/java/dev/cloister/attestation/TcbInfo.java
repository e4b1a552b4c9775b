package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What Intel knows about the firmware of one kind of platform (Intel PCS API version 4, "Get TDX
 * TCB Info", TCB info version 3). Members that are not named here are left alone: Intel signs what
 * it adds.
 *
 * @param issueDate first second of its validity
 * @param nextUpdate last second of its validity
 * @param fmspc the kind of platform, 6 bytes
 * @param pceId 2 bytes
 * @param evaluationDataNumber rises with each recovery of Intel's trusted base
 * @param module the TDX module where its version is 0
 * @param modules the TDX modules of other versions
 * @param levels from the newest to the oldest
 */
record TcbInfo(
    Instant issueDate,
    Instant nextUpdate,
    Bytes fmspc,
    Bytes pceId,
    int evaluationDataNumber,
    Module module,
    List<Module> modules,
    List<PlatformLevel> levels) {

  /**
   * What a genuine TDX module is signed by, and how.
   *
   * @param id {@code TDX_} and the major version in two hexadecimal digits
   * @param levels from the newest to the oldest; none for version 0
   */
  record Module(
      String id, Bytes mrSigner, Bytes attributes, Bytes mask, List<TcbLevel.OfPart> levels) {
    Module {
      levels = List.copyOf(levels);
    }
  }

  /** A level of the platform: the lowest versions of its parts, and what Intel says of it. */
  record PlatformLevel(List<Integer> sgx, int pceSvn, List<Integer> tdx, TcbLevel level) {
    PlatformLevel {
      sgx = List.copyOf(sgx);
      tdx = List.copyOf(tdx);
    }

    /** Newer levels first: by SGX components, then PCE, then TDX components. */
    private static int newestFirst(PlatformLevel a, PlatformLevel b) {
      int order = compare(b.sgx, a.sgx);
      order = order != 0 ? order : Integer.compare(b.pceSvn, a.pceSvn);
      return order != 0 ? order : compare(b.tdx, a.tdx);
    }

    private static int compare(List<Integer> a, List<Integer> b) {
      for (int i = 0; i < a.size(); i++) {
        int order = Integer.compare(a.get(i), b.get(i));
        if (order != 0) {
          return order;
        }
      }
      return 0;
    }
  }

  static final String PATH = "collateral.tcbInfo";
  private static final int COMPONENTS = 16;
  private static final int MAX_LEVELS = 256;
  private static final int MAX_MODULES = 64;

  TcbInfo {
    modules = List.copyOf(modules);
    levels = List.copyOf(levels);
  }

  /** The time in which it is valid. */
  Validity validity() {
    return new Validity(issueDate, nextUpdate);
  }

  /**
   * Reads the signed object.
   *
   * @throws CloisterException with {@link AttestationError#COLLATERAL_MALFORMED}
   */
  static TcbInfo read(Json content) {
    try {
      return read(JsonFields.of(content, PATH));
    } catch (CloisterException e) {
      throw SignedJson.malformed(PATH, e);
    }
  }

  private static TcbInfo read(JsonFields fields) {
    if (!fields.string("id").equals("TDX")) {
      throw SignedJson.malformed(fields.path("id"), "not the TCB info of TDX");
    }
    fields.integer("version", 3, 3);
    fields.integer("tcbType", 0, 0);
    List<PlatformLevel> levels =
        new ArrayList<>(fields.list("tcbLevels", MAX_LEVELS, TcbInfo::level));
    levels.sort(PlatformLevel::newestFirst);
    JsonFields module = fields.object("tdxModule");
    return new TcbInfo(
        SignedJson.time(fields, "issueDate"),
        SignedJson.time(fields, "nextUpdate"),
        SignedJson.hex(fields, "fmspc", 6),
        SignedJson.hex(fields, "pceId", 2),
        (int) fields.integer("tcbEvaluationDataNumber", 0, Integer.MAX_VALUE),
        module(module, "TDX_00", List.of()),
        fields.listOrEmpty("tdxModuleIdentities", MAX_MODULES, TcbInfo::module),
        levels);
  }

  private static Module module(Json json, String path) {
    JsonFields fields = JsonFields.of(json, path);
    String id = fields.string("id").toUpperCase(Locale.ROOT);
    return module(fields, id, TcbLevel.OfPart.readAll(fields));
  }

  private static Module module(JsonFields fields, String id, List<TcbLevel.OfPart> levels) {
    return new Module(
        id,
        SignedJson.hex(fields, "mrsigner", 48),
        SignedJson.hex(fields, "attributes", 8),
        SignedJson.hex(fields, "attributesMask", 8),
        levels);
  }

  private static PlatformLevel level(Json json, String path) {
    JsonFields fields = JsonFields.of(json, path);
    JsonFields tcb = fields.object("tcb");
    return new PlatformLevel(
        components(tcb, "sgxtcbcomponents"),
        (int) tcb.integer("pcesvn", 0, 65535),
        components(tcb, "tdxtcbcomponents"),
        TcbLevel.read(fields));
  }

  private static List<Integer> components(JsonFields fields, String name) {
    List<Integer> components =
        fields.list(
            name,
            COMPONENTS,
            (json, path) -> (int) JsonFields.of(json, path).integer("svn", 0, 255));
    if (components.size() != COMPONENTS) {
      throw SignedJson.malformed(fields.path(name), "not 16 components");
    }
    return components;
  }

  /** The module of this major version. */
  Optional<Module> moduleOf(int major) {
    String id = "TDX_%02X".formatted(major);
    return modules.stream().filter(module -> module.id().equals(id)).findFirst();
  }
}
