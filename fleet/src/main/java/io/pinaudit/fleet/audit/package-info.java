/**
 * Audits the recordings of many hosts: joins those of one boot that overlap to one timeline, audits
 * each timeline, and passes its rows on. The audits run on threads of their own; all else is
 * confined to the calling thread.
 */
package io.pinaudit.fleet.audit;
