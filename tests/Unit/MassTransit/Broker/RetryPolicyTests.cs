using MassTransit;
using MassTransit.Middleware;
using Npgsql;
using Orchestrator.Contracts;
using Orchestrator.MassTransit.Broker;

namespace Orchestrator.Tests.Unit.MassTransit.Broker;

public class The_retry_policy
{
    readonly RetryPolicy _policy = new();

    [Test]
    public void Tries_a_few_times_at_once_what_may_succeed() => Retries(new InvalidOperationException(), atMost: 20).Count.ShouldBe(4);

    [Test]
    public void Never_tries_again_what_can_not_succeed()
    {
        Retries(new RejectedMessageException("the amount is negative"), atMost: 20).ShouldBeEmpty();
        Retries(new InvalidOperationException("wrapped", new RejectedMessageException("the amount is negative")), atMost: 20)
            .ShouldBeEmpty();
        Retries(new FormatException("The Id was not a Guid: x"), atMost: 20).ShouldBeEmpty();
        Retries(Of(PostgresErrorCodes.CharacterNotInRepertoire), atMost: 20).ShouldBeEmpty("no text holds it");
        Retries(Of(PostgresErrorCodes.UniqueViolation), atMost: 20).Count.ShouldBe(4, "another process was quicker");

        static PostgresException Of(string state) => new("", "ERROR", "ERROR", state);
    }

    [Test]
    public void Waits_for_a_broker_that_is_away_as_long_as_it_takes() =>
        Retries(new InvalidOperationException("wrapped", new RabbitMqConnectionException("gone")), atMost: 50).Count.ShouldBe(50);

    [Test]
    public void Does_not_try_at_once_what_waits_for_others()
    {
        Retries(new InvalidOperationException("wrapped", new DeferredMessageException("its queue takes nothing")), atMost: 20)
            .ShouldBeEmpty();
        Retries(new MessageReturnedException("nobody takes it"), atMost: 20).ShouldBeEmpty();
    }

    [Test]
    public void Pauses_for_longer_each_time_with_jitter_and_never_for_long()
    {
        var many = Enumerable.Range(0, 200).Select(_ => Retries(new RabbitMqConnectionException("gone"), atMost: 12)).ToList();
        for (var retry = 0; retry < 12; retry++)
        {
            var pauses = many.Select(delays => delays[retry].TotalMilliseconds).ToList();
            var longest = Math.Min(50 * Math.Pow(2, retry), 5000);
            pauses.Max().ShouldBeInRange(longest / 2, longest);
            pauses.Distinct().Count().ShouldBeGreaterThan(100, "messages that failed together come back apart");
        }
    }

    List<TimeSpan> Retries(Exception exception, int atMost)
    {
        using var first = _policy.CreatePolicyContext(new Message());
        var delays = new List<TimeSpan>();
        if (!first.CanRetry(exception, out var retry))
            return delays;
        do
        {
            delays.Add(retry.Delay!.Value);
        }
        while (delays.Count < atMost && retry.CanRetry(exception, out retry));

        return delays;
    }

    sealed class Message : BasePipeContext;
}
