namespace Orchestrator.MassTransit.Sending;

/// <summary>Why a receiver has not taken a message although the broker can be reached.</summary>
/// <param name="Reason">The reason, as a sentence without a full stop.</param>
/// <param name="Since">The timestamp since when the receiver is known to take no messages.</param>
/// <param name="Cause">The exception with the broker's answer; null when the broker did not answer.</param>
/// <param name="IsForbidden">Whether this host's user at the broker may not send there. Each try closes the channel, which other messages
/// use too.</param>
sealed record Refusal(string Reason, long Since, Exception? Cause, bool IsForbidden = false);
