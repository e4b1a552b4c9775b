import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One decoder under Jazzer: it reads, or it refuses with a code; everything else is a finding. */
public final class Fuzz {

  private static final List<String> MODULES =
      List.of("encoding", "rpc", "attestation", "manifest", "channel", "client", "coordinator");

  private static Consumer<Bytes> decoder = input -> {};

  private Fuzz() {}

  /** Called by Jazzer with module and name of the decoder. */
  public static void fuzzerInitialize(String[] arguments) throws Exception {
    decoder = decoders(arguments[0]).get(arguments[1]);
  }

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    try {
      decoder.accept(Bytes.of(input));
    } catch (CloisterException refused) {
      // As it should.
    }
  }

  /** Writes the seeds below a directory, and says which decoders there are. */
  public static void main(String[] arguments) throws Exception {
    for (String module : MODULES) {
      Map<String, List<Bytes>> seeds = seeds(module);
      for (String name : new TreeMap<>(decoders(module)).keySet()) {
        Path directory = Files.createDirectories(Path.of(arguments[0], module, name));
        int number = 0;
        for (Bytes seed : seeds.getOrDefault(name, List.of())) {
          decoders(module).get(name).accept(seed);
          Files.write(directory.resolve("seed-" + number++), seed.toArray());
        }
        System.out.println(module + " " + name);
      }
    }
    System.exit(0);
  }

  @SuppressWarnings("unchecked") // The module's class says so.
  private static Map<String, Consumer<Bytes>> decoders(String module) throws Exception {
    return (Map<String, Consumer<Bytes>>) call(module, "decoders");
  }

  @SuppressWarnings("unchecked") // The module's class says so.
  private static Map<String, List<Bytes>> seeds(String module) throws Exception {
    return (Map<String, List<Bytes>>) call(module, "seeds");
  }

  private static Object call(String module, String method) throws Exception {
    return Class.forName("dev.cloister." + module + ".FuzzDecoders").getMethod(method).invoke(null);
  }
}
