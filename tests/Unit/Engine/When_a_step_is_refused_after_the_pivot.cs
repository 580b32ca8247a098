using Orchestrator.Contracts;
using Orchestrator.Contracts.Operations;

namespace Orchestrator.Tests.Unit.Engine;

public class When_a_step_is_refused_after_the_pivot
{
    static readonly Guid Id = MailedTripSaga.Id;
    static readonly MailRefused Refused = new(Id, 1, "no such address");
    static readonly MilesAdded MilesAdded = new(Id, 1);
    static readonly RetryStep Retry = new(Id, null, "MailTicket", "ticket 42: the address was corrected", "ada", "corrected");

    [Test]
    public void An_operator_is_called_with_the_participants_reason()
    {
        var trip = MailedTripSaga.Paid().Receive(Refused).Is("Suspended: MailTicket");
        trip.Sent.ShouldBe([new SagaSuspended(Id, "mailed-trip", "MailTicket", "MailTicket was refused: no such address")]);
        trip.Data.Refused.ShouldBeNull("it has not turned back");
    }

    [Test]
    public void What_runs_beside_it_goes_on_and_what_comes_after_it_does_not_begin() =>
        MailedTripSaga.Paid(Refused).Receive(MilesAdded).SendsNothing().Is("Suspended: MailTicket");

    [Test]
    public void It_is_tried_again_under_a_new_idempotency_key()
    {
        var trip = MailedTripSaga.Paid(Refused, MilesAdded).Receive(Retry).Sends<MailTicket,
        OperatorCommandAccepted>().Is("Running: MailTicket");
        trip.AllSent.OfType<MailTicket>().Select(command => command.Epoch).ShouldBe([1, 2]);
        var step = trip.Data.Steps["MailTicket"];
        (step.Epoch, step.Attempts, step.Problem).ShouldBe((2, 1, null));
        trip.Timeline[^1].Remark.ShouldBe("MailTicket is tried anew: ticket 42: the address was corrected; corrected");
        trip.Receive(new TicketMailed(Id, 2)).Sends<AskForReview>().Receive(new ReviewAskedFor(Id, 1)).Is("Completed");
    }

    [Test]
    public void The_refusal_of_the_key_before_changes_nothing_any_more() => MailedTripSaga.Paid(Refused).Receive(Retry)
        .Receive(Refused).SendsNothing().Is("Running: MailTicket, AddMiles");

    [Test]
    public void It_may_be_refused_again_and_tried_again()
    {
        var trip = MailedTripSaga.Paid(Refused, Retry, new MailRefused(Id, 2, "the mailbox is full")).Is("Suspended: MailTicket");
        trip.Data.Suspended!.Reason.ShouldBe("MailTicket was refused: the mailbox is full");
        trip.Receive(Retry).AllSent.OfType<MailTicket>().Select(command => command.Epoch).ShouldBe([1, 2, 3]);
    }

    [Test]
    public void It_has_all_its_attempts_again()
    {
        var trip = MailedTripSaga.Paid(MilesAdded).NextDeadline().NextDeadline().Receive(Refused, Retry).UntilItStops();
        trip.AllSent.OfType<MailTicket>().Select(command => command.Epoch).ShouldBe([1, 1, 2, 2]);
        trip.Data.Suspended!.Reason.ShouldBe("MailTicket: no answer to 2 attempts");
    }

    [Test]
    public void The_reason_counts_although_the_saga_had_given_up_before()
    {
        var trip = MailedTripSaga.Paid(MilesAdded).UntilItStops().Is("Suspended: MailTicket").Receive(Refused).Is("Suspended: MailTicket");
        trip.Data.Suspended!.Reason.ShouldBe("MailTicket was refused: no such address");
        trip.Receive(Retry).Sends<MailTicket, OperatorCommandAccepted>();
    }

    [Test]
    public void It_is_resolved_as_done() => MailedTripSaga.Paid(Refused, MilesAdded)
        .Receive(new ResolveStep(Id, null, "MailTicket", StepResolution.Done, "handed over at the counter", "ada", "counter"))
        .Sends<AskForReview, OperatorCommandAccepted>().Is("Running: AskForReview");

    [Test]
    public void A_success_that_comes_all_the_same_settles_it() =>
        MailedTripSaga.Paid(Refused, MilesAdded).Receive(new TicketMailed(Id, 1)).Sends<AskForReview>().Is("Running: AskForReview");

    [Test]
    public void A_held_step_is_retried_once_it_is_released()
    {
        var trip = MailedTripSaga.Paid(Refused, MilesAdded).Hold("MailTicket").Receive(Retry).Sends<OperatorCommandAccepted>();
        trip.Release("MailTicket").Sends<MailTicket>().AllSent.OfType<MailTicket>().Select(command => command.Epoch).ShouldBe([1, 2]);
    }

    [TestCaseSource(nameof(WhatDoesNotFit))]
    public void Other_commands_say_what_fits(ISagaMessage command, string reason) => MailedTripSaga.Paid(Refused, MilesAdded)
        .Receive(command).Sent.ShouldBe([new OperatorCommandRefused(Id, command.GetType().Name, reason)]);

    static IEnumerable<TestCaseData> WhatDoesNotFit()
    {
        yield return Case(
            new ResumeSaga(Id, null, "ada", "again"),
            "MailTicket was refused, and the same idempotency key gets the same answer; retry the step or resolve it");
        yield return Case(
            new ResolveStep(Id, null, "MailTicket", StepResolution.Undone, "a call", "ada", "no"),
            "MailTicket stands after the pivot, where it only goes forward; retry the step or resolve it as done");
        yield return Case(
            Retry with { Evidence = " " }, "it does not say how it is known that the cause of the refusal is gone (evidence)");
        yield return Case(
            Retry with { Step = "MailTickets" },
            "there is no step MailTickets; the steps are ChargeCard, MailTicket, AddMiles, AskForReview");
        yield return Case(
            Retry with { Step = "AddMiles" }, "AddMiles is Done; only a step that was refused after the pivot can be retried");

        static TestCaseData Case(ISagaMessage command, string reason) =>
            new TestCaseData(command, reason).SetArgDisplayNames(command.ToString()!);
    }

    [Test]
    public void What_was_given_up_is_not_retried_but_resumed() =>
        MailedTripSaga.Paid(MilesAdded).UntilItStops().Receive(Retry).Sent.ShouldBe(
    [
        new OperatorCommandRefused(
            Id, "RetryStep",
            "MailTicket is Uncertain; only a step that was refused after the pivot can be retried. What was given up without an answer is "
            + "tried again by resume"),
    ]);
}
