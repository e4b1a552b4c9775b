package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import dev.cloister.encoding.Transcript;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Wraps secrets that outlive the connection: AES-256-GCM under the round's post-quantum key, one
 * key a direction, nonces counted. Keys of the round before still open what was under way.
 */
final class Wrapping implements AutoCloseable {

  static final int MAX_SECRET = 1 << 20;

  private static final String DOMAIN = "cloister/channel/wrapped/v1";
  private static final int TAG = 16;

  private final boolean initiator;
  private Round current;
  private @Nullable Round before;
  private long counter;
  private boolean closed;

  Wrapping(boolean initiator, Round first) {
    this.initiator = initiator;
    this.current = first;
  }

  synchronized void renew(Round next) {
    Round old = before;
    if (old != null) {
      old.keys().close();
    }
    before = current;
    current = next;
  }

  synchronized Bytes wrap(String label, Secret secret) {
    requireOpen();
    if (secret.size() > MAX_SECRET) {
      throw new IllegalArgumentException("a secret of " + secret.size() + " bytes");
    }
    long count = ++counter;
    byte[] plain = secret.expose(SecretAccess.INSTANCE);
    try {
      Secret key = initiator ? current.keys().wrapInitiator() : current.keys().wrapResponder();
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, label, current.number(), count);
      return Transcript.of(DOMAIN)
          .add(current.number())
          .add(count)
          .add(Bytes.of(cipher.doFinal(plain)))
          .toBytes();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  synchronized Secret unwrap(String label, Bytes wrapped) {
    requireOpen();
    try {
      FieldReader fields = new FieldReader(wrapped, DOMAIN, Step.WRAP);
      long number = fields.number("round", Long.MAX_VALUE);
      long count = fields.number("counter", Long.MAX_VALUE);
      Bytes sealed = fields.bytes("sealed", TAG, MAX_SECRET + TAG);
      fields.end();
      RoundKeys keys = round(number).keys();
      Secret key = initiator ? keys.wrapResponder() : keys.wrapInitiator();
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, label, number, count);
      return Secret.takeFrom(cipher.doFinal(sealed.toArray()));
    } catch (AEADBadTagException e) {
      throw Step.WRAP.refuse(ChannelError.UNWRAP_REFUSED, "the tag differs, for " + label, e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    }
  }

  private Round round(long number) {
    if (number == current.number()) {
      return current;
    }
    Round old = before;
    if (old != null && number == old.number()) {
      return old;
    }
    throw Step.WRAP.refuse(ChannelError.UNWRAP_REFUSED, "no key of round " + number);
  }

  private static Cipher cipher(int mode, Secret key, String label, long round, long count)
      throws GeneralSecurityException {
    byte[] raw = key.expose(SecretAccess.INSTANCE);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      byte[] nonce = ByteBuffer.allocate(12).putInt(0).putLong(count).array();
      cipher.init(mode, new SecretKeySpec(raw, "AES"), new GCMParameterSpec(8 * TAG, nonce));
      cipher.updateAAD(
          Transcript.of("cloister/channel/wrap/v1")
              .add(label)
              .add(round)
              .add(count)
              .toBytes()
              .toArray());
      return cipher;
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new CloisterException(
          ChannelError.CLOSED, Step.WRAP.text(), "the keys have been erased");
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    current.keys().close();
    Round old = before;
    if (old != null) {
      old.keys().close();
    }
  }
}
