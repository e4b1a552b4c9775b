/**
 * Collateral: what AMD's key distribution service and Intel's provisioning certification service
 * publish about processors, and what evidence cannot be checked without.
 *
 * <p>{@link dev.cloister.collateral.CollateralFinder} completes evidence: from the {@link
 * dev.cloister.collateral.CollateralStore} where what it has is young enough, else from the {@link
 * dev.cloister.collateral.VendorServices}. It keeps nothing that did not prove itself: fetched
 * pieces are stored only after the evidence that they complete was found authentic with them.
 */
@NullMarked
package dev.cloister.collateral;

import org.jspecify.annotations.NullMarked;
