package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * Asks a program {@code docker-credential-NAME} for a credential: the server's name goes to its
 * input, a JSON object with {@code Username} and {@code Secret} comes back.
 */
final class CredentialHelper {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final int MAX_ANSWER = 64 << 10;
  private static final long PATIENCE_SECONDS = 30;

  private CredentialHelper() {}

  static Credential get(String name, String server) {
    String program = "docker-credential-" + name;
    if (!NAME.matcher(name).matches()) {
      throw new CloisterException(
          ImageError.BAD_CREDENTIALS, "", "a credential helper can't have this name");
    }
    try {
      return ask(program, server);
    } catch (IOException e) {
      throw new CloisterException(
          ImageError.BAD_CREDENTIALS, program, "can't be run: " + e.getMessage(), e);
    }
  }

  private static Credential ask(String program, String server) throws IOException {
    Process process =
        new ProcessBuilder(program, "get").redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      AtomicReference<Bytes> answer = new AtomicReference<>(Bytes.EMPTY);
      FutureTask<Boolean> reading =
          Workers.start("credential", () -> answer.set(read(process.getInputStream())));
      try (OutputStream in = process.getOutputStream()) {
        in.write(server.getBytes(StandardCharsets.UTF_8));
      }
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw bad(program, "gave no answer in " + PATIENCE_SECONDS + " s");
      }
      Workers.await(reading);
      return process.exitValue() == 0
          ? parse(program, answer.get())
          : refusal(program, answer.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(ImageError.INTERRUPTED, program, "interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Bytes read(InputStream out) throws IOException {
    return Bytes.of(out.readNBytes(MAX_ANSWER));
  }

  private static Credential refusal(String program, Bytes answer) {
    // The protocol's only word for "no such entry" is this text.
    if (answer.toUtf8().contains("credentials not found")) {
      return new Credential.Anonymous();
    }
    throw bad(program, "failed");
  }

  private static Credential parse(String program, Bytes answer) {
    String user;
    String secret;
    try {
      OciObject fields = OciObject.parse(answer, "");
      user = fields.requiredText("Username");
      secret = fields.requiredText("Secret");
    } catch (CloisterException e) {
      throw bad(program, "answered no JSON object with Username and Secret");
    }
    return user.equals("<token>")
        ? new Credential.IdentityToken(Credential.conceal(secret))
        : new Credential.Password(user, Credential.conceal(secret));
  }

  private static CloisterException bad(String program, String detail) {
    return new CloisterException(ImageError.BAD_CREDENTIALS, program, detail);
  }
}
