import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/**
 * Adds the classes of the Java platform that an agent loaded to the list that the guest's class
 * archive is made of, and writes the list sorted. To record: put the two lines
 *
 * <pre>
 * -Xlog:class+load:stdout:none
 * -Djava.lang.invoke.MethodHandle.TRACE_RESOLVE=true
 * </pre>
 *
 * in front of {@code guest/src/main/resources/dev/cloister/guest/jvm.args}, run the example ({@code
 * generate}, {@code up}, {@code exec}, {@code attest}), keep the VM's console ({@code cloister logs
 * --console POD}), take the two lines out again, and run
 *
 * <pre>
 * java bench/ClassList.java console.log guest/src/main/resources/dev/cloister/guest/classes.lst
 * </pre>
 */
final class ClassList {

  private static final List<String> HEAD =
      List.of(
          "# Classes of the Java platform in the guest's class archive, sorted; recorded with",
          "# bench/ClassList.java. The agent's own classes are all added by the image's build.");

  private ClassList() {}

  /** The console and the list. */
  public static void main(String[] arguments) throws IOException {
    Path list = Path.of(arguments[1]);
    TreeSet<String> lines = new TreeSet<>();
    for (String line : Files.readAllLines(list)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        lines.add(line);
      }
    }
    int before = lines.size();
    for (String line : Files.readAllLines(Path.of(arguments[0]), StandardCharsets.ISO_8859_1)) {
      int source = line.indexOf(" source: ");
      if (line.startsWith("[LF_RESOLVE]") || line.startsWith("[SPECIES_RESOLVE]")) {
        lines.add("@lambda-form-invoker " + line.replaceAll(" \\((success|fail)\\)$", ""));
      } else if (source > 0 && isOfThePlatform(line.substring(0, source))) {
        lines.add(line.substring(0, source).replace('.', '/'));
      }
    }
    StringBuilder text = new StringBuilder(String.join("\n", HEAD)).append('\n');
    for (String line : lines.tailSet("A")) {
      text.append(line).append('\n');
    }
    for (String line : lines.headSet("A")) {
      text.append(line).append('\n');
    }
    Files.writeString(list, text);
    System.out.println((lines.size() - before) + " added, " + lines.size() + " in all");
  }

  /** Whether a class can be archived by its name: no hidden class, and none of Cloister's. */
  private static boolean isOfThePlatform(String name) {
    return !name.startsWith("dev.cloister.")
        && name.indexOf("/0x") < 0
        && name.indexOf("$$Lambda") < 0
        && name.indexOf("LambdaForm$") < 0
        && name.indexOf(' ') < 0;
  }
}
