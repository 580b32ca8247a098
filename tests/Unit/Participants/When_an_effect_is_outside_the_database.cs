using Orchestrator.Participants;
using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit.Participants;

public sealed class When_an_effect_is_outside_the_database() : AirlineTests(new SqliteFile())
{
    [Test]
    public void Its_table_must_store_intents() => Should.Throw<InvalidOperationException>(() => new Forgetful(Database)).Message
        .ShouldBe("Forgetful has an effect outside the database, and its table does not store intents; use a StateTable");

    [Test]
    public async Task The_intent_is_stored_before_the_call_and_the_outcome_after_it()
    {
        using var printer = new Printer(Database);
        printer.Call = async () =>
        {
            (await Acts()).ShouldBe([("PrintTicket", 1, "Intended")]);
            return new EffectOutcome(true, "ticket 7");
        };
        (await printer.Handle(new PrintTicket(Trip, 1))).ShouldBe(new TicketPrinted(Trip, 1, "ticket 7"));
        (await Acts()).ShouldBe([("PrintTicket", 1, "Done")]);
    }

    [Test]
    public async Task An_intent_without_an_outcome_is_asked_about_before_the_call_is_made_again()
    {
        using var printer = new Printer(Database);
        printer.Call = () => throw new TimeoutException("the printer does not answer");
        await Should.ThrowAsync<TimeoutException>(() => printer.Handle(new PrintTicket(Trip, 1)));
        printer.Known = new EffectOutcome(true, "ticket 7");
        (await printer.Handle(new PrintTicket(Trip, 1))).ShouldBe(new TicketPrinted(Trip, 1, "ticket 7"));
    }

    sealed class Forgetful : Participant<Seat>
    {
        public Forgetful(Database database) : base(
            database,
            new EpochTable<Seat>("seat", new Seat(), "saga_id", nameof(PrintTicket), _ => false, "undone_epoch", "seat_refusal")) =>
            Does<PrintTicket>((seat, _) => Done(seat), (act, _) => new TicketPrinted(act.SagaId, act.Epoch, act.Said!))
            .Outside(new Effect<Seat, PrintTicket>
            {
                Call = (_, _, _, _) => Task.FromResult(new EffectOutcome(true, null)),
                Ask = (_, _) => Task.FromResult<EffectOutcome?>(null),
            });
    }

    sealed class Printer : Participant<Seat>
    {
        public Printer(Database database) : base(database, new StateTable<Seat>("seat", new Seat())) =>
            Does<PrintTicket>((seat, _) => Done(seat), (act, _) => new TicketPrinted(act.SagaId, act.Epoch, act.Said!))
            .Outside(new Effect<Seat, PrintTicket>
            {
                Call = (_, _, _, _) => Call(),
                Ask = (_, _) => Task.FromResult(Known),
            });

        public Func<Task<EffectOutcome>> Call { get; set; } = null!;

        public EffectOutcome? Known { get; set; }
    }
}
