package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.image.VerityRoot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A built guest image: a directory with firmware, kernel, initrd, root disk and {@code image.json},
 * which says how they belong together.
 *
 * @param directory where it is
 * @param name what people call it: kernel version and the first digits of its build key
 * @param commandLine the measured kernel command line with {@code %TEE%} where the kind of evidence
 *     belongs
 * @param verity the verified root
 * @param digests SHA-256 of each file by file name
 */
public record GuestImage(
    Path directory,
    String name,
    String commandLine,
    VerityRoot verity,
    Map<String, Bytes> digests) {

  /** SeaBIOS, the firmware that emulation boots. */
  public static final String FIRMWARE = "firmware.bin";

  /** The kernel. */
  public static final String KERNEL = "vmlinuz";

  /** The initial file system with the guest's init. */
  public static final String INITRD = "initrd.cpio";

  /** The root disk: EROFS, then dm-verity superblock and hash tree. */
  public static final String ROOT = "root.img";

  /** The description, which is written last. */
  public static final String DESCRIPTION = "image.json";

  /** All files but the description. */
  public static final List<String> FILES = List.of(FIRMWARE, KERNEL, INITRD, ROOT);

  private static final String TEE = "%TEE%";
  private static final long MAX_BLOCK = 1L << 32;
  private static final int SCHEMA = 1;
  private static final JsonBudget BUDGET = new JsonBudget(1 << 16, 8, 1 << 10);

  public GuestImage {
    digests = Map.copyOf(digests);
    if (commandLine.split(TEE, -1).length != 2) {
      throw new IllegalArgumentException("the command line must name the tee once");
    }
  }

  /**
   * Opens a built image; its files must be there. {@link #verify()} also hashes them.
   *
   * @throws CloisterException with {@link GuestError#IMAGE_INVALID}
   */
  public static GuestImage open(Path directory) {
    Path description = directory.resolve(DESCRIPTION);
    try (InputStream in = Files.newInputStream(description)) {
      GuestImage image = parse(directory, Bytes.of(in.readNBytes(BUDGET.bytes() + 1)));
      for (String file : FILES) {
        if (!Files.isRegularFile(directory.resolve(file))) {
          throw invalid(directory.resolve(file), "missing");
        }
      }
      return image;
    } catch (IOException e) {
      throw new CloisterException(
          GuestError.IMAGE_INVALID, description.toString(), "can't be read", e);
    } catch (IllegalArgumentException e) {
      throw invalid(description, e.getMessage() == null ? "not usable" : e.getMessage());
    } catch (CloisterException e) {
      throw e.code() == GuestError.IMAGE_INVALID
          ? e
          : new CloisterException(
              GuestError.IMAGE_INVALID, description + " " + e.where(), e.detail(), e);
    }
  }

  /** The firmware file. */
  public Path firmware() {
    return directory.resolve(FIRMWARE);
  }

  /** The kernel file. */
  public Path kernel() {
    return directory.resolve(KERNEL);
  }

  /** The initrd file. */
  public Path initrd() {
    return directory.resolve(INITRD);
  }

  /** The root disk file. */
  public Path root() {
    return directory.resolve(ROOT);
  }

  /** The measured command line for a kind of evidence. */
  public String commandLine(Tee tee) {
    return commandLine.replace(TEE, tee.parameter());
  }

  /**
   * Hashes all files and compares with the description.
   *
   * @throws CloisterException with {@link GuestError#IMAGE_INVALID}, naming the file that differs
   */
  public void verify() {
    for (String file : FILES) {
      Bytes found = hash(directory.resolve(file));
      if (!Objects.equals(found, digests.get(file))) {
        throw invalid(directory.resolve(file), "its SHA-256 is " + found.toHex());
      }
    }
  }

  /** Writes the description of files that are in {@code directory}, and opens the image. */
  static GuestImage describe(Path directory, String name, String commandLine, VerityRoot verity)
      throws IOException {
    Json.ObjectBuilder files = Json.object();
    for (String file : FILES) {
      files.put(file, hash(directory.resolve(file)).toHex());
    }
    Json json =
        Json.object()
            .put("schema", SCHEMA)
            .put("name", name)
            .put("commandLine", commandLine)
            .put(
                "verity",
                Json.object()
                    .put("dataBlocks", verity.dataBlocks())
                    .put("hashStartBlock", verity.hashStart())
                    .put("root", verity.root().toHex())
                    .build())
            .put("sha256", files.build())
            .build();
    Files.writeString(directory.resolve(DESCRIPTION), JsonWriter.pretty(json) + "\n");
    return open(directory);
  }

  private static GuestImage parse(Path directory, Bytes text) {
    JsonFields fields = JsonFields.of(JsonParser.parse(text, BUDGET), "");
    fields.integer("schema", SCHEMA, SCHEMA);
    String name = fields.string("name");
    String commandLine = fields.string("commandLine");
    JsonFields verityFields = fields.object("verity");
    long dataBlocks = verityFields.integer("dataBlocks", 1, MAX_BLOCK);
    long hashStart = verityFields.integer("hashStartBlock", 1, MAX_BLOCK);
    VerityRoot verity = new VerityRoot(verityFields.hex("root", 32), dataBlocks, hashStart);
    verityFields.end();
    JsonFields files = fields.object("sha256");
    Map<String, Bytes> digests = new LinkedHashMap<>();
    for (String file : FILES) {
      digests.put(file, files.hex(file, 32));
    }
    files.end();
    fields.end();
    return new GuestImage(directory, name, commandLine, verity, digests);
  }

  private static Bytes hash(Path file) {
    MessageDigest digest = ArchiveClient.sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] piece = new byte[1 << 16];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        digest.update(piece, 0, n);
      }
      return Bytes.of(digest.digest());
    } catch (IOException e) {
      throw new CloisterException(
          GuestError.IMAGE_INVALID, file.toString(), "can't be read: " + e.getMessage(), e);
    }
  }

  private static CloisterException invalid(Path file, String detail) {
    return new CloisterException(GuestError.IMAGE_INVALID, file.toString(), detail);
  }

  /** The kinds of evidence that a guest can be told to give (design D4). */
  public enum Tee {
    /** Reports of the simulated security processor. */
    SIMULATED("simulated"),
    /** AMD SEV-SNP. */
    SNP("snp"),
    /** Intel TDX. */
    TDX("tdx");

    private final String parameter;

    Tee(String parameter) {
      this.parameter = parameter;
    }

    /** The value of {@code cloister.tee=}. */
    public String parameter() {
      return parameter;
    }
  }
}
