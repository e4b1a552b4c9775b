package dev.cloister.guest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A class archive (static CDS) that lets a program start without parsing and verifying its classes.
 * It is dumped by the image's own runtime inside the image's own root. Its bytes are the same each
 * time under these conditions: relative class path, one date of the jars, fixed heap, fixed locale,
 * a class list that is a source file.
 *
 * @param directory of the program, absolute inside the root; {@code jvm.args} is there
 * @param name of the archive's file, in that directory
 * @param jars the class path, files of that directory
 * @param options of the virtual machine that the archive must be dumped with to fit
 * @param linked whether its classes are linked already, and then all loaded at start: good for a
 *     list of no more than what a start needs
 */
record ClassArchive(
    String directory, String name, List<String> jars, List<String> options, boolean linked) {

  /** The archive of the guest's agent. */
  static final ClassArchive AGENT =
      new ClassArchive(
          "/opt/agent",
          "agent.jsa",
          List.of("agent.jar"),
          List.of("--enable-native-access=ALL-UNNAMED"),
          true);

  static final String JAVA = "/opt/jre/bin/java";
  private static final String CLASS_LIST = "classes.lst";

  ClassArchive {
    jars = List.copyOf(jars);
    options = List.copyOf(options);
  }

  /** The command line that decides what the archive is; part of the image's key. */
  List<String> command() {
    List<String> command = new ArrayList<>(List.of(JAVA, "-XX:+UseSerialGC", "-Xms32m", "-Xmx64m"));
    command.addAll(options);
    command.addAll(List.of("-Xlog:disable", "-Xlog:all=error:stdout", "-Xshare:dump"));
    if (linked) {
      command.add("-XX:+AOTClassLinking");
    }
    command.addAll(
        List.of(
            "-XX:SharedClassListFile=/tmp/classes.lst",
            "-XX:SharedArchiveFile=" + name,
            "-cp",
            String.join(":", jars)));
    return List.copyOf(command);
  }

  /** The agent's checked-in list of classes of the platform and of lambda forms. */
  static byte[] checkedInList() throws IOException {
    try (InputStream in = ClassArchive.class.getResourceAsStream(CLASS_LIST)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + CLASS_LIST);
      }
      return in.readAllBytes();
    }
  }

  /**
   * Makes the archive in the root, where the jars are, and proves that the runtime accepts it.
   *
   * @param clock the library that stops the clock
   * @param list the class list
   */
  void dump(Path root, Path clock, byte[] list) throws IOException {
    Path program = root.resolve(directory.substring(1));
    for (String jar : jars) {
      Files.setLastModifiedTime(
          program.resolve(jar), FileTime.fromMillis(GuestImageBuilder.TIME_SECONDS * 1000));
    }
    Path classes = Files.write(root.resolve("tmp/classes.lst"), list);
    Path library = Files.copy(clock, root.resolve("tmp/clock.so"));
    Path preload = Files.writeString(root.resolve("etc/ld.so.preload"), "/tmp/clock.so\n");
    IsolatedRoot isolated = new IsolatedRoot(root);
    isolated.run(directory, command(), Duration.ofMinutes(2));
    for (Path helper : List.of(classes, library, preload)) {
      Files.delete(helper);
    }
    isolated.run(directory, acceptance(program.resolve("jvm.args")), Duration.ofMinutes(1));
  }

  /** The program's own options with an archive that must be usable, and no program. */
  private static List<String> acceptance(Path options) throws IOException {
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(Files.readAllLines(options));
    command.removeLast();
    command.addAll(List.of("-Xshare:on", "-version"));
    return command;
  }

  /** The class list of the agent: what is checked in, and all its own classes. */
  static byte[] agentList(List<String> agentClasses) throws IOException {
    return list(new String(checkedInList(), StandardCharsets.UTF_8), agentClasses);
  }

  /** A class list: the lines of a text that are no comment, then more names; each once. */
  static byte[] list(String text, List<String> more) {
    Set<String> lines = new LinkedHashSet<>();
    for (String line : text.split("\n", -1)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        lines.add(line);
      }
    }
    lines.addAll(more);
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
