package dev.cloister.simulator;

import dev.cloister.attestation.EvidenceType;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.SimulatorMessages.LaunchRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a launch request may ask for. */
final class LaunchRules {

  private static final int MAX_VCPUS = 64;
  private static final int MAX_ARGUMENTS = 1024;
  private static final int MAX_PREFIX = 32;
  private static final int MAX_ARGUMENT_BYTES = 8192;
  private static final int MAX_PATH_BYTES = 4096;
  // sun_path holds 108 bytes with its ending NUL.
  private static final int MAX_SOCKET_DIRECTORY_BYTES = 107 - "/psp.sock".length();

  private LaunchRules() {}

  static void check(LaunchRequest request) {
    require(request.id().matches("[a-z0-9-]{1,64}"), "id", "1 to 64 of a-z, 0-9 and - belong here");
    if (EvidenceType.named(request.tee()).isEmpty()) {
      throw new CloisterException(
          SimulatorError.TEE_UNSUPPORTED, "tee", "\"" + cut(request.tee()) + "\"");
    }
    requirePath(request.firmware(), "firmware");
    requirePath(request.kernel(), "kernel");
    requirePath(request.initrd(), "initrd");
    requirePath(request.directory(), "directory");
    require(
        size(request.directory()) <= MAX_SOCKET_DIRECTORY_BYTES,
        "directory",
        "longer than the " + MAX_SOCKET_DIRECTORY_BYTES + " bytes that a socket's path leaves");
    require(request.hostData().size() == 32, "host_data", "32 bytes belong here");
    require(
        request.vcpus() >= 1 && request.vcpus() <= MAX_VCPUS,
        "vcpus",
        "1 to " + MAX_VCPUS + " belong here");
    requirePath(request.qemu(), "qemu");
    requireTexts(request.prefix(), MAX_PREFIX, "prefix");
    requireTexts(request.arguments(), MAX_ARGUMENTS, "arguments");
    ArgumentRules.check(request.arguments());
  }

  private static void requirePath(String path, String field) {
    require(
        path.startsWith("/") && size(path) <= MAX_PATH_BYTES && path.indexOf(0) < 0,
        field,
        "an absolute path belongs here");
  }

  private static void requireTexts(List<String> texts, int max, String field) {
    require(texts.size() <= max, field, "more than " + max);
    for (String text : texts) {
      require(
          size(text) <= MAX_ARGUMENT_BYTES && text.indexOf(0) < 0,
          field,
          "one is longer than " + MAX_ARGUMENT_BYTES + " bytes, or holds a NUL");
    }
  }

  private static int size(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  static String cut(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }

  private static void require(boolean holds, String field, String detail) {
    if (!holds) {
      throw new CloisterException(SimulatorError.REQUEST_INVALID, field, detail);
    }
  }
}
