package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Approval;
import dev.cloister.manifest.ManifestError;
import dev.cloister.manifest.OwnerKey;
import dev.cloister.manifest.OwnerSigner;
import dev.cloister.manifest.Owners;
import dev.cloister.manifest.SignedTransition;
import dev.cloister.manifest.SigningRecord;
import dev.cloister.manifest.Transition;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** With which keys a transition is signed, here or elsewhere. */
final class OwnerSignatures {

  /** Beside the keys: what they signed. */
  static final String RECORD = "signing-record.json";

  private static final int MAX_RECORD = 16 << 20;
  private static final int MAX_SIGNATURE = 1 << 10;

  @Option(
      names = {"-k", "--key"},
      paramLabel = "FILE",
      description =
          "A private key (PEM), or a directory of *-owner.key; repeatable (default: those of the"
              + " owner's directory).")
  private List<Path> keys = List.of();

  @Option(
      names = "--prepare",
      paramLabel = "FILE",
      description =
          "Sign nothing here: write the exact bytes to sign to this file, for an HSM, a KMS or"
              + " openssl. Needs --signer.")
  private @Nullable Path prepare;

  @Option(
      names = "--signature",
      paramLabel = "FILE",
      description =
          "A signature over those bytes that was made elsewhere: ECDSA as DER, with SHA-256 for"
              + " P-256 and SHA-384 for P-384, or Ed25519. Needs --signer.")
  private @Nullable Path signature;

  @Option(
      names = "--signer",
      paramLabel = "FILE",
      description = "Public key (PEM) of the owner who signs elsewhere.")
  private @Nullable Path signer;

  @Option(
      names = "--despite-fork",
      description =
          "Sign although another successor of the same transition was signed: only where that one"
              + " can never take effect, for example a first one for a Coordinator that is gone."
              + " Whoever holds two can fork the deployment.")
  private boolean despiteFork;

  /** Whether the bytes are to be signed elsewhere. */
  boolean isPrepared() {
    return prepare != null;
  }

  /** Whether a signature from elsewhere is to be taken. */
  boolean isTaken() {
    return signature != null;
  }

  /**
   * The transition with the signatures asked for. What is signed is remembered beside the keys
   * before it is signed.
   *
   * @param owners groups whose keys may sign
   * @param directory the owner's directory
   * @throws CloisterException with {@link ManifestError#SECOND_SUCCESSOR} where a key signed
   *     another successor
   */
  SignedTransition add(SignedTransition signed, List<Owners> owners, Path directory) {
    Set<OwnerKey> all = keysOf(owners);
    if (prepare != null) {
      remember(directory, signed.transition(), requireSigner(all));
      Disk.write(prepare, signed.transition().signedBytes());
      return signed;
    }
    if (signature != null) {
      Bytes bytes = Disk.read(signature, MAX_SIGNATURE);
      OwnerKey key = requireSigner(all);
      remember(directory, signed.transition(), key);
      return signed.with(Approval.of(signed.transition(), key, bytes));
    }
    return sign(signed, all, directory);
  }

  private SignedTransition sign(SignedTransition signed, Set<OwnerKey> owners, Path directory) {
    SignedTransition result = signed;
    for (Path file : files(directory)) {
      OwnerSigner key = read(file, owners);
      remember(parent(file), signed.transition(), key.key());
      result = result.with(Approval.sign(signed.transition(), key));
    }
    return result;
  }

  private static Set<OwnerKey> keysOf(List<Owners> owners) {
    Set<OwnerKey> all = new LinkedHashSet<>();
    for (Owners group : owners) {
      all.addAll(group.update().keys());
      all.addAll(group.recovery().signers().keys());
    }
    return all;
  }

  private OwnerKey requireSigner(Set<OwnerKey> owners) {
    if (signer == null) {
      throw new CloisterException(
          CliError.NO_KEY, "--signer", "it is not said whose signature it is");
    }
    OwnerKey key = OwnerFiles.readSigner(signer);
    if (!owners.contains(key)) {
      throw new CloisterException(
          ManifestError.UNKNOWN_SIGNER, signer.toString(), "is the key of no owner");
    }
    return key;
  }

  private static OwnerSigner read(Path file, Set<OwnerKey> owners) {
    List<Secret> secrets = Pem.readPrivateKeys(file);
    try {
      return OwnerSigner.of(secrets.getFirst(), owners);
    } catch (CloisterException e) {
      throw new CloisterException(e.code(), file.toString(), e.detail(), e);
    } finally {
      secrets.forEach(Secret::close);
    }
  }

  /** The files of private keys: those named, or all of the owner's directory. */
  private List<Path> files(Path directory) {
    List<Path> files = new ArrayList<>();
    for (Path named : keys.isEmpty() ? List.of(directory) : keys) {
      files.addAll(Files.isDirectory(named) ? ownerKeys(named) : List.of(named));
    }
    if (files.isEmpty()) {
      throw new CloisterException(
          CliError.NO_KEY, directory.toString(), "there is no *-owner.key here");
    }
    return files;
  }

  /** The owner's private keys in a directory, by name. */
  static List<Path> ownerKeys(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(file -> file.toString().endsWith("-owner.key")).sorted().toList();
    } catch (IOException e) {
      throw new CloisterException(
          CliError.FILE_NOT_READABLE, directory.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  private static Path parent(Path file) {
    return file.toAbsolutePath().normalize().resolveSibling("");
  }

  /** Two commands at once do not both find that nothing was signed. */
  private void remember(Path directory, Transition transition, OwnerKey key) {
    Path file = directory.resolve(RECORD);
    try (FileChannel channel =
            FileChannel.open(
                directory.resolve("." + RECORD + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      Disk.write(file, added(file, transition).document());
    } catch (CloisterException e) {
      if (e.code() != ManifestError.SECOND_SUCCESSOR) {
        throw e;
      }
      throw new CloisterException(
          e.code(), file.toString(), e.detail() + " with " + key + " or another key here", e);
    } catch (IOException e) {
      throw new CloisterException(
          CliError.FILE_NOT_WRITABLE, file.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  private SigningRecord added(Path file, Transition transition) {
    SigningRecord record =
        Files.exists(file)
            ? Documents.read(file, MAX_RECORD, SigningRecord::parse)
            : SigningRecord.NONE;
    return despiteFork ? record.addDespiteFork(transition) : record.add(transition);
  }
}
