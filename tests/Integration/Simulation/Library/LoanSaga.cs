using Orchestrator.Contracts;
using Orchestrator.Engine;

namespace Orchestrator.Tests.Integration.Simulation.Library;

public sealed record LoanRequested(Guid SagaId, string Reader, string Book) : ISagaMessage;

[PublicEvent]
public sealed record LoanBegun(Guid SagaId) : ISagaMessage;

[PublicEvent]
public sealed record LoanDenied(Guid SagaId, string Reason) : ISagaMessage;

[SentTo("shelf-commands")]
public sealed record TakeBook(Guid SagaId, int Epoch, string Book) : IStepMessage;

public sealed record BookTaken(Guid SagaId, int Epoch) : IStepMessage;

public sealed record BookMissing(Guid SagaId, int Epoch, string Reason) : IStepMessage;

[SentTo("shelf-commands")]
public sealed record PutBookBack(Guid SagaId, int Epoch) : IStepMessage;

public sealed record BookPutBack(Guid SagaId, int Epoch) : IStepMessage;

/// <summary>The reader has come to the desk. This event answers no command.</summary>
public sealed record ReaderCame(Guid SagaId) : ISagaMessage;

[SentTo("desk-commands")]
public sealed record StampCard(Guid SagaId, int Epoch, string Reader) : IStepMessage;

public sealed record CardStamped(Guid SagaId, int Epoch) : IStepMessage;

public sealed record CardRefused(Guid SagaId, int Epoch, string Reason) : IStepMessage;

[SentTo("desk-commands")]
public sealed record WriteToReader(Guid SagaId, int Epoch, string Reader) : IStepMessage;

public sealed record ReaderWrittenTo(Guid SagaId, int Epoch) : IStepMessage;

public sealed record AddressUnknown(Guid SagaId, int Epoch, string Reason) : IStepMessage;

/// <summary>The state that the saga keeps about a loan.</summary>
public sealed record Loan(Guid Id, string Reader, string Book) : SagaData;

/// <summary>A small saga with one step of each kind: a reader borrows a book.</summary>
public sealed class LoanSaga : StepSaga<Loan>
{
    public LoanSaga() : base("loan", version: 1)
    {
        StartedBy<LoanRequested>(
            asked => new(asked.SagaId, asked.Reader, asked.Book), key: loan => $"{loan.Reader} {loan.Book}",
            violation: asked => TextRules.Violation("reader", asked.Reader) ?? TextRules.Violation("book", asked.Book));

        Then(Compensatable<TakeBook>((loan, epoch) => new(loan.Id, epoch, loan.Book))
            .CompletedBy<BookTaken>()
            .RefusedBy<BookMissing>(refusal => refusal.Reason)
            .UndoneBy<PutBookBack, BookPutBack>((loan, epoch) => new(loan.Id, epoch)));

        Then(Await<ReaderCame>().Within(TimeSpan.FromHours(2)));

        Then(Pivot<StampCard>((loan, epoch) => new(loan.Id, epoch, loan.Reader))
            .CompletedBy<CardStamped>()
            .RefusedBy<CardRefused>(refusal => refusal.Reason));

        Then(Retriable<WriteToReader>((loan, epoch) => new(loan.Id, epoch, loan.Reader))
            .CompletedBy<ReaderWrittenTo>()
            .RefusedBy<AddressUnknown>(refusal => refusal.Reason));

        Completes(loan => new LoanBegun(loan.Id));
        Cancels((loan, refusal) => new LoanDenied(loan.Id, refusal.Reason));
    }
}
