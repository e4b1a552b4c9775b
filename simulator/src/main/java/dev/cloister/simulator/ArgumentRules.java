package dev.cloister.simulator;

import dev.cloister.encoding.CloisterException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of QEMU that a launch request may bring: those named here. Everything that could
 * put other bytes into the guest's memory than those that were measured (firmware, flash, option
 * ROMs, {@code fw_cfg} files, loaders, saved states, debuggers) is not among them. Genuine hardware
 * would notice such bytes in the measurement; the simulator cannot, so it does not begin.
 */
final class ArgumentRules {

  private static final Set<String> SWITCHES = Set.of("nodefaults", "no-user-config", "no-reboot");

  private static final Pattern MACHINE =
      Pattern.compile("(q35|pc)(,(usb|vmport|smbus|sata|accel)=[a-z0-9]{1,8}){0,8}");

  /** Devices of the paravirtual kind, and the ports that they are plugged into. */
  private static final Pattern DEVICE =
      Pattern.compile(
          "(virtio-(blk|net|serial|rng|balloon)-pci|virtserialport|virtconsole|pcie-root-port)(,.*)?");

  /** A ROM of a device is code that the guest's firmware runs: only none is taken. */
  private static final Pattern ROM = Pattern.compile("(^|,)rom(file|bar)=(?!$|,[^,])");

  private static final Map<String, Predicate<String>> OPTIONS =
      Map.ofEntries(
          Map.entry("name", matches("[A-Za-z0-9._-]{1,128}")),
          Map.entry("display", matches("none")),
          Map.entry("machine", MACHINE.asMatchPredicate()),
          Map.entry("M", MACHINE.asMatchPredicate()),
          Map.entry("accel", matches("[a-z0-9,=-]{1,64}")),
          Map.entry("cpu", matches("[A-Za-z0-9,=._+-]{1,256}")),
          Map.entry("m", matches("[0-9]{1,8}")),
          Map.entry("pidfile", ArgumentRules::any),
          Map.entry("qmp", ArgumentRules::any),
          Map.entry("mon", ArgumentRules::any),
          Map.entry("chardev", ArgumentRules::any),
          Map.entry("blockdev", ArgumentRules::any),
          Map.entry("netdev", ArgumentRules::any),
          Map.entry("device", ArgumentRules::isPlainDevice));

  private ArgumentRules() {}

  /**
   * Checks them all.
   *
   * @throws CloisterException with {@link SimulatorError#ARGUMENT_REFUSED}, naming the first that
   *     is not taken
   */
  static void check(List<String> arguments) {
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String argument = rest.next();
      String option = argument.replaceFirst("^--?", "");
      if (!argument.startsWith("-")) {
        throw refused(argument);
      }
      if (!SWITCHES.contains(option)) {
        checkValue(argument, OPTIONS.get(option), rest);
      }
    }
  }

  private static void checkValue(
      String argument, @Nullable Predicate<String> rule, Iterator<String> rest) {
    if (rule == null || !rest.hasNext()) {
      throw refused(argument);
    }
    String value = rest.next();
    if (!rule.test(value)) {
      throw refused(argument + " " + value);
    }
  }

  private static Predicate<String> matches(String pattern) {
    return Pattern.compile(pattern).asMatchPredicate();
  }

  private static boolean any(String value) {
    return true;
  }

  private static boolean isPlainDevice(String value) {
    return DEVICE.matcher(value).matches() && !ROM.matcher(value).find();
  }

  private static CloisterException refused(String argument) {
    return new CloisterException(
        SimulatorError.ARGUMENT_REFUSED, "arguments", LaunchRules.cut(argument));
  }
}
