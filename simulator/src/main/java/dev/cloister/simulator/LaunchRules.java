package dev.cloister.simulator;

import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.SimulatorMessages.LaunchRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a launch request may ask for. Arguments that would replace what the launcher measures are
 * refused, as genuine hardware would notice them in the measurement.
 */
final class LaunchRules {

  private static final int MAX_VCPUS = 64;
  private static final int MAX_ARGUMENTS = 1024;
  private static final int MAX_PREFIX = 32;
  private static final int MAX_ARGUMENT_BYTES = 8192;
  private static final int MAX_PATH_BYTES = 4096;
  // sun_path holds 108 bytes with its ending NUL.
  private static final int MAX_SOCKET_DIRECTORY_BYTES = 107 - "/psp.sock".length();

  /** Options of QEMU that name what is measured, or that let a debugger change it. */
  private static final Set<String> OWN_OPTIONS =
      Set.of(
          "bios",
          "kernel",
          "initrd",
          "append",
          "smp",
          "dtb",
          "shim",
          "pflash",
          "mtdblock",
          "option-rom",
          "readconfig",
          "loadvm",
          "incoming",
          "gdb",
          "s",
          "daemonize");

  /** Keys of {@code -machine} that do the same. */
  private static final Set<String> OWN_MACHINE_KEYS =
      Set.of("kernel", "initrd", "append", "firmware", "dtb", "pflash0", "pflash1");

  private LaunchRules() {}

  static void check(LaunchRequest request) {
    require(request.id().matches("[a-z0-9-]{1,64}"), "id", "1 to 64 of a-z, 0-9 and - belong here");
    if (!request.tee().equals("snp")) {
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
    requireNothingMeasured(request.arguments());
  }

  private static void requireNothingMeasured(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      String option = argument.replaceFirst("^--?", "").toLowerCase(Locale.ROOT);
      if (argument.startsWith("-") && OWN_OPTIONS.contains(option)) {
        throw refused(argument);
      }
      boolean machine =
          argument.startsWith("-") && (option.equals("machine") || option.equals("m"));
      if (machine && i + 1 < arguments.size()) {
        requirePlainMachine(arguments.get(i + 1));
      }
      boolean device = argument.startsWith("-") && option.equals("device");
      if (device && i + 1 < arguments.size() && isLoader(arguments.get(i + 1))) {
        throw refused(arguments.get(i + 1));
      }
    }
  }

  private static void requirePlainMachine(String value) {
    for (String part : value.split(",", -1)) {
      String key = part.replaceFirst("=.*", "").strip();
      if (OWN_MACHINE_KEYS.contains(key) || key.startsWith("smp.")) {
        throw refused(part);
      }
    }
  }

  /** The device that writes files into guest memory. */
  private static boolean isLoader(String value) {
    return value.equals("loader")
        || value.startsWith("loader,")
        || value.contains("driver=loader")
        || value.contains("\"loader\"");
  }

  private static CloisterException refused(String argument) {
    return new CloisterException(SimulatorError.ARGUMENT_REFUSED, "arguments", cut(argument));
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

  private static String cut(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }

  private static void require(boolean holds, String field, String detail) {
    if (!holds) {
      throw new CloisterException(SimulatorError.REQUEST_INVALID, field, detail);
    }
  }
}
