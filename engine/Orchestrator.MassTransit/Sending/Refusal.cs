namespace Orchestrator.MassTransit.Sending;

/// <summary>A receiver has not taken a message although the broker is there.</summary>
/// <param name="Reason">Why, as a sentence without a full stop.</param>
/// <param name="Since">The time stamp of the moment from which on it is known to take nothing.</param>
/// <param name="Cause">What was observed, if the broker said anything.</param>
/// <param name="IsForbidden">Whether its broker's user may not send there. Each try costs the channel, which others use too.</param>
sealed record Refusal(string Reason, long Since, Exception? Cause, bool IsForbidden = false);
