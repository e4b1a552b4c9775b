package dev.cloister.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Checks that something is refused with a code, at a place. */
final class Refusal {

  private Refusal() {}

  static CloisterException expect(ErrorCode code, String whereContains, ThrowingCallable call) {
    CloisterException refused = catchThrowableOfType(CloisterException.class, call);
    assertThat(refused).as("a refusal").isNotNull();
    assertThat(refused.code()).isEqualTo(code);
    assertThat(refused.where()).contains(whereContains);
    return refused;
  }
}
