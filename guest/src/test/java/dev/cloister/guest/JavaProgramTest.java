package dev.cloister.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaProgramTest {

  private static final String RECIPE =
      """
      {"schema":1,"name":"tool","modules":["java.base","java.logging"],
       "options":["-Xmx32m"],"mainClass":"tool.Tool","user":"7:8","ports":["7443/tcp"]}
      """;

  @TempDir Path directory;

  private JavaProgram open(String recipe) throws Exception {
    Files.writeString(directory.resolve("image.json"), recipe);
    Files.writeString(directory.resolve("classes.lst"), "java/lang/Object\n");
    return JavaProgram.open(directory);
  }

  @Test
  void readsARecipeAndItsClassList() throws Exception {
    assertThat(open(RECIPE))
        .isEqualTo(
            new JavaProgram(
                "tool",
                List.of("java.base", "java.logging"),
                List.of("-Xmx32m"),
                "tool.Tool",
                "7:8",
                List.of("7443/tcp"),
                "java/lang/Object\n"));
  }

  @Test
  void refusesRecipesThatAreNotStrict() {
    refuse("image.json size", RECIPE.replace("\"user\"", "\"size\":1,\"user\""));
    refuse("image.json user", RECIPE.replace("7:8", "0:0"));
    refuse("image.json name", RECIPE.replace("\"tool\"", "\"../tool\""));
    refuse("image.json options", RECIPE.replace("-Xmx32m", "-cp x\\n"));
    refuse("image.json modules", RECIPE.replace("java.logging", "java.logging --add"));
    refuse("image.json mainClass", RECIPE.replace("tool.Tool", "Tool -x"));
    refuse("image.json ports", RECIPE.replace("7443/tcp", "x"));
  }

  @Test
  void refusesADirectoryWithoutRecipe() {
    Refusal.expect(
        GuestError.RECIPE_INVALID,
        directory.resolve("image.json").toString(),
        () -> JavaProgram.open(directory));
  }

  private void refuse(String where, String recipe) {
    Refusal.expect(
        GuestError.RECIPE_INVALID, directory.resolve(where).toString(), () -> open(recipe));
  }

  @Test
  void theCoordinatorsRecipeIsWhole() {
    JavaProgram program = JavaProgram.open(Path.of("..", "coordinator", "image"));
    assertThat(program.name()).isEqualTo("coordinator");
    assertThat(program.options())
        .as("a class archive is dumped without them")
        .noneMatch(option -> option.startsWith("--"));
    assertThat(Bytes.ofUtf8(program.classes()).size()).isPositive();
  }
}
