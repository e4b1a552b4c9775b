/**
 * Whole-system tests, the attacks, and the demo that shows both.
 *
 * <p>Each attack is one class with the code of the attacker; the demo and the test of the same name
 * run that code. A step or an attack never waits without a time limit.
 */
@NullMarked
package dev.cloister.e2e;

import org.jspecify.annotations.NullMarked;
