using Orchestrator.Engine;
using Orchestrator.Tests.Unit.Sagas;

namespace Orchestrator.Tests.Unit.Engine;

/// <summary>Cases that docs/sagas does not contain: sagas without a pivot, without a limit, or that only an operator can cancel.</summary>
public class The_document_of_a_saga
{
    [Test]
    public void Says_what_there_is_when_there_is_no_pivot() => SagaDocument.Write(new FreeTripSaga()).ShouldBe("""
        # The saga free-trip

        Version 3 of its table, written from the source.

        | | |
        |---|---|
        | Starts with | the event `TripRequested` |
        | Another content under the same id | goes to the dead letters |
        | Can be cancelled | by `CancelTrip`, until it is completed; then the answer is `TripCancellationRefused` |
        | May take | any time |
        | Ends with | `TripBooked` when every step is done, `TripCancelled` when everything is taken back |

        ## Steps

        |  | Step | Kind | Command | Goes to | Completed by | Refused by | Undone by | Asked about by | Waits for an answer | Sent at most |
        |---|---|---|---|---|---|---|---|---|---|---|
        | 1 | Reserve seat | can be undone | `ReserveSeat` | `airline-commands` | `SeatReserved` | `SeatRefused` | `ReleaseSeat`, confirmed by `SeatReleased`; 90 s, 2 times, pauses from 2 min to 2 min | – | 90 s | once |
        | 2 | Plane landed | waits for an event from outside | – | – | `PlaneLanded` | – | – | – | 36 h | – |

        ## When something fails

        - A step is refused, or has no answer to its last attempt: what was attempted is undone, last first, and each undo is confirmed before the next.
        - An undo is refused, or has no answer to its last attempt: an operator is called.

        ## States

        How outcomes move the saga. Changes by time limits and operators are left out.

        ```mermaid
        stateDiagram-v2
            state "Running: ReserveSeat" as s0
            state "Running: PlaneLanded" as s1
            state "Cancelled" as s2
            state "Completed" as s3
            [*] --> s0 : TripRequested
            s0 --> s1 : SeatReserved
            s0 --> s2 : SeatRefused
            s1 --> s3 : PlaneLanded
            s0 --> s3 : SeatReserved
            s2 --> [*]
            s3 --> [*]
        ```

        """);

    [Test]
    public void Says_so_when_nobody_but_an_operator_can_cancel_it() =>
        SagaDocument.Write(new TripSaga()).ShouldContain("| Can be cancelled | by an operator only |\n| May take | any time |\n");

    [Test]
    public void Says_what_happens_when_a_limit_passes() =>
        SagaDocument.Write(new HurriedTripSaga()).ShouldContain("| May take | 2.5 s from its first message; then it is taken back |\n");

    [Test]
    public void Is_not_written_of_a_table_that_can_not_work() =>
        Should.Throw<DefinitionException>(() => SagaDocument.Write(new EmptySaga()));

    sealed class HurriedTripSaga : StepSaga<Trip>
    {
        public HurriedTripSaga() : base("hurried-trip", version: 1)
        {
            StartedBy<TripRequested>(
                asked => new(asked.SagaId, asked.Traveller, asked.Flight), key: trip => trip.Traveller, violation: _ => null);
            Then(Await<PlaneLanded>().Within(TimeSpan.FromSeconds(1)));
            Completes(trip => new TripBooked(trip.Id, trip.Seat));
            Cancels((trip, refusal) => new TripCancelled(trip.Id, refusal.Reason));
            EndsWithin(TimeSpan.FromSeconds(2.5));
        }
    }

    sealed class EmptySaga() : StepSaga<Trip>("empty", version: 1);
}
