package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedLogTest {

  @TempDir Path temporary;

  private BoundedLog log() {
    return new BoundedLog(temporary.resolve("a.log"), 100, 3);
  }

  @Test
  void givesBackWhatWasWritten() throws Exception {
    try (BoundedLog log = log()) {
      log.write(Bytes.ofUtf8("hello "));
      log.write(Bytes.ofUtf8("world"));
      BoundedLog.Piece piece = log.read(0);
      assertThat(piece.data().toUtf8()).isEqualTo("hello world");
      assertThat(piece.nextOffset()).isEqualTo(11);
    }
  }

  @Test
  void neverTakesMoreThanItsPartsHold() throws Exception {
    try (BoundedLog log = log()) {
      for (int i = 0; i < 100; i++) {
        log.write(Bytes.zeros(37));
      }
      long total = 0;
      try (var files = Files.list(temporary)) {
        for (Path file : files.toList()) {
          total += Files.size(file);
        }
      }
      assertThat(total).isLessThanOrEqualTo(300).isGreaterThan(200);
    }
  }

  @Test
  void isOneStreamAcrossItsParts() throws Exception {
    try (BoundedLog log = log()) {
      StringBuilder wanted = new StringBuilder();
      for (int i = 0; i < 25; i++) {
        String line = "line %04d\n".formatted(i);
        wanted.append(line);
        log.write(Bytes.ofUtf8(line));
      }
      StringBuilder got = new StringBuilder();
      long offset = 0;
      for (int i = 0; i < 10 && got.length() < wanted.length(); i++) {
        BoundedLog.Piece piece = log.read(offset);
        got.append(piece.data().toUtf8());
        offset = piece.nextOffset();
      }
      assertThat(got.toString()).isEqualTo(wanted.toString());
    }
  }

  @Test
  void skipsWhatItHasDropped() throws Exception {
    try (BoundedLog log = log()) {
      log.write(Bytes.zeros(1000));
      BoundedLog.Piece piece = log.read(0);
      assertThat(piece.data().isEmpty()).isFalse();
      assertThat(piece.nextOffset()).isGreaterThanOrEqualTo(700);
    }
  }

  @Test
  void goesOnInTheSameStreamAfterARestart() throws Exception {
    try (BoundedLog log = log()) {
      log.write(Bytes.ofUtf8("before "));
    }
    try (BoundedLog log = log()) {
      log.write(Bytes.ofUtf8("after"));
      assertThat(log.read(0).data().toUtf8()).isEqualTo("before after");
    }
  }

  @Test
  void saysWhenNothingWillFollow() throws Exception {
    BoundedLog log = log();
    log.write(Bytes.ofUtf8("x"));
    log.close();
    assertThat(log.await(1, Duration.ofSeconds(5)).ended()).isTrue();
  }

  @Test
  void waitsNoLongerThanAsked() throws Exception {
    try (BoundedLog log = log()) {
      assertThat(log.await(0, Duration.ofMillis(20)).data().isEmpty()).isTrue();
    }
  }
}
