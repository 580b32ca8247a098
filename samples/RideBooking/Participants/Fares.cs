using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace Orchestrator.Samples.RideBooking;

/// <summary>What the bank knows about one ride.</summary>
/// <param name="Held">The amount that is held, if any.</param>
/// <param name="Captured">The fare that was captured, if it was.</param>
public sealed record RideFare(Money? Held = null, Money? Captured = null);

/// <summary>A simulated bank of the passengers. It holds, captures and voids fares, and moves no money.</summary>
public sealed class Fares : Participant<RideFare>
{
    /// <summary>The bank declines passengers whose ids start with this.</summary>
    public const string Declined = "DECLINE";

    /// <summary>Fares that are stored in a database.</summary>
    public Fares(Database database) : base(database, new Table())
    {
        Does<AuthorizeFare>(
            Authorize, (act, _) => new FareAuthorized(act.SagaId, act.Epoch), act => new FareRefused(act.SagaId, act.Epoch, act.Said!))
            .UndoneBy<VoidFare>(
                Void, act => new FareVoided(act.SagaId, act.Epoch), "voided before it was authorised", act =>
                    new FareVoidRefused(act.SagaId, act.Epoch, act.Said!));
        Does<CaptureFare>(
            Capture, (act, _) => new FareCaptured(act.SagaId, act.Epoch), act => new FareCaptureRefused(act.SagaId, act.Epoch, act.Said!));
    }

    static Outcome<RideFare> Authorize(RideFare fare, AuthorizeFare command) =>
        command.PassengerId.StartsWith(Declined, StringComparison.Ordinal)
        ? Refused("declined by the bank")
        : Done(fare with { Held = command.Fare });

    static Outcome<RideFare> Void(RideFare fare, VoidFare command) =>
        fare.Captured is null ? Done(fare with { Held = null }) : Refused("the fare was captured");

    static Outcome<RideFare> Capture(RideFare fare, CaptureFare command) => fare switch
    {
        { Held: null } => Refused("nothing is held"),
        { Captured: not null } => Refused("the fare was captured by an earlier try"),
        { Held: var held } when held.Value.Currency != command.Fare.Currency || held.Value.Amount < command.Fare.Amount =>
            Refused($"{held} are held, not {command.Fare}"),
        _ => Done(fare with { Captured = command.Fare }),
    };

    sealed class Table() : ActTable<RideFare>(
        ActTables.Fares, new RideFare(), ActTables.Ride, ("minor_units", "bigint"), ("currency", "text"))
    {
        protected override RideFare After(RideFare state, Act act, IReadOnlyList<object?> columns) =>
            act.Status != ActStatus.Done ? state
            : act.Operation == nameof(AuthorizeFare) ? state with { Held = Amount(columns) }
            : state with { Captured = Amount(columns) };

        protected override IEnumerable<object?> Columns(Act act, RideFare state) =>
            act.Status != ActStatus.Done ? [null, null]
            : Columns(act.Operation == nameof(AuthorizeFare) ? state.Held!.Value : state.Captured!.Value);

        static Money Amount(IReadOnlyList<object?> columns) => Money.FromMinorUnits((long)columns[0]!, (string)columns[1]!);

        static IEnumerable<object?> Columns(Money amount) => [amount.MinorUnits(), amount.Currency];
    }
}
