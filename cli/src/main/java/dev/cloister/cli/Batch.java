package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;

/**
 * Answers requests that stand one a line on standard input, each a JSON object with an {@code id},
 * by one line each on standard output: the {@code id} and what the answerer says, or {@code code}
 * and {@code reason}. A line that is refused never ends the rest. One use, one thread.
 */
final class Batch {

  private static final String ID = "id";

  private final Terminal terminal;
  private final JsonBudget budget;

  /**
   * @param budget what one line may hold
   */
  Batch(Terminal terminal, JsonBudget budget) {
    this.terminal = terminal;
    this.budget = budget;
  }

  /** Answers until the end of the input; empty lines are passed over. */
  void answer(Function<JsonFields, Json.Obj> answerer) {
    answer(answerer, Batch::refusal);
  }

  /**
   * The same with another form of refusals.
   *
   * @param refusal what is said, beside the {@code id}, of a line that is no request
   */
  void answer(
      Function<JsonFields, Json.Obj> answerer, Function<CloisterException, Json.Obj> refusal) {
    try (InputStream in = new BufferedInputStream(terminal.in(), 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      while (read(in, line)) {
        Bytes text = Bytes.of(line.toByteArray());
        if (!isBlank(text)) {
          terminal.print(JsonWriter.canonical(answer(text, answerer, refusal)));
        }
      }
    } catch (IOException e) {
      throw new CloisterException(
          CliError.FILE_NOT_READABLE, "standard input", String.valueOf(e.getMessage()), e);
    }
  }

  private Json answer(
      Bytes line,
      Function<JsonFields, Json.Obj> answerer,
      Function<CloisterException, Json.Obj> refusal) {
    Json id = new Json.Null();
    Json.Obj answer;
    try {
      JsonFields fields = JsonFields.of(JsonParser.parse(line, budget), "");
      id = id(fields);
      answer = answerer.apply(fields);
    } catch (CloisterException e) {
      answer = refusal.apply(e);
    }
    Json.ObjectBuilder whole = Json.object().put(ID, id);
    answer.members().forEach(whole::put);
    return whole.build();
  }

  private static Json.Obj refusal(CloisterException e) {
    return Json.object().put("code", e.code().code()).put("reason", reason(e)).build();
  }

  private static Json id(JsonFields fields) {
    Json id = fields.any(ID);
    if (id instanceof Json.Str || id instanceof Json.Num) {
      return id;
    }
    throw JsonFields.wrongType(fields.path(ID), "a text");
  }

  private static String reason(CloisterException e) {
    String what = e.detail().isEmpty() ? e.code().meaning() : e.detail();
    return e.where().isEmpty() ? what : e.where() + ": " + what;
  }

  /**
   * Reads one line, of which at most one byte more is kept than the budget allows: the parser then
   * refuses it.
   *
   * @return false at the end of the input
   */
  private boolean read(InputStream in, ByteArrayOutputStream line) throws IOException {
    line.reset();
    int next = in.read();
    boolean any = next >= 0;
    while (next >= 0 && next != '\n') {
      if (line.size() <= budget.bytes()) {
        line.write(next);
      }
      next = in.read();
    }
    return any;
  }

  private static boolean isBlank(Bytes line) {
    for (int i = 0; i < line.size(); i++) {
      if (line.at(i) != ' ' && line.at(i) != '\t' && line.at(i) != '\r') {
        return false;
      }
    }
    return true;
  }
}
