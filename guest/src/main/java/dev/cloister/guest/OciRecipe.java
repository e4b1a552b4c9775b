package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What OCI images to make of Debian packages, read from a JSON file.
 *
 * @param images the images, each name once
 */
public record OciRecipe(List<Image> images) {

  private static final int SCHEMA = 1;
  private static final int MAX_PARTS = 500;
  private static final JsonBudget BUDGET = new JsonBudget(1 << 20, 8, 1 << 14);

  public OciRecipe {
    images = List.copyOf(images);
    if (images.stream().map(Image::name).distinct().count() != images.size()) {
      throw new IllegalArgumentException("names an image twice");
    }
  }

  /**
   * Reads a recipe.
   *
   * @throws CloisterException with {@link GuestError#RECIPE_INVALID}
   */
  public static OciRecipe open(Path file) {
    try {
      if (Files.size(file) > BUDGET.bytes()) {
        throw new CloisterException(GuestError.RECIPE_INVALID, file.toString(), "too large");
      }
      return parse(Bytes.of(Files.readAllBytes(file)), file.toString());
    } catch (IOException e) {
      throw new CloisterException(
          GuestError.RECIPE_INVALID, file.toString(), "can't be read: " + e.getMessage(), e);
    }
  }

  /** Reads the text of a recipe; {@code where} names it in errors. */
  public static OciRecipe parse(Bytes text, String where) {
    try {
      JsonFields fields = JsonFields.of(JsonParser.parse(text, BUDGET), "");
      fields.integer("schema", SCHEMA, SCHEMA);
      List<Image> images = fields.list("images", MAX_PARTS, Image::parse);
      fields.end();
      return new OciRecipe(images);
    } catch (CloisterException e) {
      throw new CloisterException(
          GuestError.RECIPE_INVALID, where + " " + e.where(), e.detail(), e);
    } catch (IllegalArgumentException e) {
      throw new CloisterException(
          GuestError.RECIPE_INVALID, where, String.valueOf(e.getMessage()), e);
    }
  }

  /** All packages that the images are made of: what their lock file must resolve. */
  public Set<String> packages() {
    Set<String> names = new TreeSet<>();
    images.forEach(image -> names.addAll(image.packages()));
    return names;
  }

  /**
   * One image.
   *
   * @param name its name, also the directory of its layout
   * @param packages names of the packages whose payload it holds, libraries included
   * @param directories directories that the packages do not have
   * @param files files that the packages do not have, or that replace theirs
   * @param links symbolic links by path
   * @param settings how the image runs
   */
  public record Image(
      String name,
      List<String> packages,
      List<Entry> directories,
      List<Entry> files,
      Map<String, String> links,
      Settings settings) {

    public Image {
      packages = List.copyOf(packages);
      directories = List.copyOf(directories);
      files = List.copyOf(files);
      links = Map.copyOf(links);
      if (!name.matches("[a-z0-9]+([._-][a-z0-9]+)*") || name.length() > 100) {
        throw new IllegalArgumentException("image name " + name);
      }
      links.keySet().forEach(Entry::requirePath);
    }

    static Image parse(Json json, String path) {
      JsonFields fields = JsonFields.of(json, path);
      String name = fields.string("name");
      List<String> packages = fields.strings("packages", MAX_PARTS);
      List<Entry> directories = fields.listOrEmpty("directories", MAX_PARTS, Entry::directory);
      List<Entry> files = fields.listOrEmpty("files", MAX_PARTS, Entry::file);
      Map<String, String> links =
          fields.has("links") ? fields.map("links", MAX_PARTS, JsonFields::asString) : Map.of();
      Settings settings = Settings.parse(fields.any("config"), fields.path("config"));
      fields.end();
      return new Image(name, packages, directories, files, links, settings);
    }
  }

  /**
   * A directory or file of the recipe's own.
   *
   * @param path its path, without a leading slash
   * @param mode permission bits, 0 to 07777
   * @param uid owner
   * @param gid group
   * @param text a file's content
   */
  public record Entry(String path, int mode, int uid, int gid, String text) {

    private static final int MAX_ID = 1 << 21;

    public Entry {
      requirePath(path);
    }

    static Entry directory(Json json, String path) {
      return parse(json, path, false, "0755");
    }

    static Entry file(Json json, String path) {
      return parse(json, path, true, "0644");
    }

    private static Entry parse(Json json, String path, boolean isFile, String usualMode) {
      JsonFields fields = JsonFields.of(json, path);
      String at = fields.string("path");
      String mode = fields.optionalString("mode").orElse(usualMode);
      if (!mode.matches("0[0-7]{3,4}")) {
        throw JsonFields.wrongType(fields.path("mode"), "an octal mode like 0755");
      }
      int uid = fields.optionalInteger("uid", 0, MAX_ID).orElse(0L).intValue();
      int gid = fields.optionalInteger("gid", 0, MAX_ID).orElse(0L).intValue();
      String text = isFile ? fields.string("text") : "";
      fields.end();
      return new Entry(at, Integer.parseInt(mode, 8), uid, gid, text);
    }

    static void requirePath(String path) {
      if (path.isEmpty()
          || !path.matches("[^/\\x00]+(/[^/\\x00]+)*")
          || List.of(path.split("/", -1)).stream().anyMatch(p -> p.equals(".") || p.equals(".."))) {
        throw new IllegalArgumentException("path '" + path + "' must be relative and plain");
      }
    }
  }

  /**
   * The run-time part of the image (OCI image specification, config.md).
   *
   * @param entrypoint program and first arguments
   * @param command further arguments that a pod may replace
   * @param environment variables by name
   * @param user numeric user and group, for example {@code 101:101}; empty for root
   * @param workingDirectory absolute path, or empty
   * @param ports exposed ports, for example {@code 6379/tcp}
   */
  public record Settings(
      List<String> entrypoint,
      List<String> command,
      Map<String, String> environment,
      String user,
      String workingDirectory,
      List<String> ports) {

    public Settings {
      entrypoint = List.copyOf(entrypoint);
      command = List.copyOf(command);
      environment = Map.copyOf(environment);
      ports = List.copyOf(ports);
    }

    static Settings parse(Json json, String path) {
      JsonFields fields = JsonFields.of(json, path);
      List<String> entrypoint = fields.listOrEmpty("entrypoint", MAX_PARTS, JsonFields::asString);
      List<String> command = fields.listOrEmpty("command", MAX_PARTS, JsonFields::asString);
      Map<String, String> environment =
          fields.has("environment")
              ? fields.map("environment", MAX_PARTS, JsonFields::asString)
              : Map.of();
      String user = fields.optionalString("user").orElse("");
      String workingDirectory = fields.optionalString("workingDirectory").orElse("");
      List<String> ports = fields.listOrEmpty("ports", MAX_PARTS, JsonFields::asString);
      fields.end();
      return new Settings(entrypoint, command, environment, user, workingDirectory, ports);
    }
  }
}
