package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How a Java program becomes an OCI image: read from a directory with {@code image.json} and {@code
 * classes.lst}.
 *
 * @param name of the image, and of its directory in {@code /opt}
 * @param modules of the platform that the program needs
 * @param options of the virtual machine, without class path and archive
 * @param mainClass what runs
 * @param user numeric user and group
 * @param ports that it serves, for example {@code 7443/tcp}
 * @param classes the class list of its archive: what it loads up to its first answers
 */
public record JavaProgram(
    String name,
    List<String> modules,
    List<String> options,
    String mainClass,
    String user,
    List<String> ports,
    String classes) {

  private static final int MAX_PARTS = 100;
  private static final int MAX_CLASSES = 4 << 20;
  private static final JsonBudget BUDGET = new JsonBudget(1 << 16, 4, 1000);

  public JavaProgram {
    modules = List.copyOf(modules);
    options = List.copyOf(options);
    ports = List.copyOf(ports);
    require("name", name, "[a-z][a-z0-9-]{0,40}");
    require("mainClass", mainClass, "[a-z0-9]+([.][A-Za-z0-9]+)+");
    require("user", user, "[1-9][0-9]{0,8}:[1-9][0-9]{0,8}");
    modules.forEach(module -> require("modules", module, "[a-z]+([.][a-z0-9]+)*"));
    options.forEach(option -> require("options", option, "-[!-~]+"));
    ports.forEach(port -> require("ports", port, "[1-9][0-9]{0,4}/(tcp|udp)"));
  }

  private static void require(String field, String value, String form) {
    if (!value.matches(form)) {
      throw new CloisterException(
          GuestError.RECIPE_INVALID, field, "'" + value + "' has not the form " + form);
    }
  }

  /**
   * Reads the program's directory.
   *
   * @throws CloisterException with {@link GuestError#RECIPE_INVALID}
   */
  public static JavaProgram open(Path directory) {
    Path recipe = directory.resolve("image.json");
    Bytes text = read(recipe, BUDGET.bytes());
    Bytes classes = read(directory.resolve("classes.lst"), MAX_CLASSES);
    try {
      return parse(text, new String(classes.toArray(), StandardCharsets.US_ASCII));
    } catch (CloisterException e) {
      throw new CloisterException(
          GuestError.RECIPE_INVALID, recipe + " " + e.where(), e.detail(), e);
    }
  }

  static JavaProgram parse(Bytes recipe, String classes) {
    JsonFields fields = JsonFields.of(JsonParser.parse(recipe, BUDGET), "");
    fields.integer("schema", 1, 1);
    JavaProgram program =
        new JavaProgram(
            fields.string("name"),
            fields.strings("modules", MAX_PARTS),
            fields.strings("options", MAX_PARTS),
            fields.string("mainClass"),
            fields.string("user"),
            fields.strings("ports", MAX_PARTS),
            classes);
    fields.end();
    return program;
  }

  private static Bytes read(Path file, int most) {
    try {
      if (Files.size(file) > most) {
        throw new CloisterException(GuestError.RECIPE_INVALID, file.toString(), "too large");
      }
      return Bytes.of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new CloisterException(
          GuestError.RECIPE_INVALID, file.toString(), "can't be read: " + e.getMessage(), e);
    }
  }
}
