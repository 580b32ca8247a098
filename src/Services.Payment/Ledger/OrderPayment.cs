using System.Collections.Immutable;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Participants;

namespace Orchestrator.Services.Payment.Ledger;

/// <summary>What an act asks of the gateway.</summary>
/// <param name="Operation">The name of the act's command.</param>
/// <param name="Epoch">The act's epoch.</param>
/// <param name="CustomerId">The customer who pays, for an authorisation.</param>
/// <param name="Amount">The amount; null for a capture that found no hold.</param>
public sealed record Request(string Operation, int Epoch, string? CustomerId, Money? Amount);

/// <summary>The state of the payment of one order, in addition to its acts.</summary>
public sealed record OrderPayment
{
    const string Customer = "customer", Held = "hold", Merchant = "merchant";

    /// <summary>The state of an unknown order.</summary>
    public static OrderPayment None { get; } = new();

    /// <summary>The requests of the acts to the gateway.</summary>
    public ImmutableList<Request> Requests { get; init; } = [];

    /// <summary>The authorisation that holds money. Null if no money is held, or if it is being voided.</summary>
    public Act? Hold { get; init; }

    /// <summary>The epochs of the stored voids, in order. A void is pending while it waits for the end of a hold.</summary>
    internal ImmutableList<(int Epoch, bool IsPending)> Voids { get; init; } = [];

    /// <summary>The postings to add to the ledger.</summary>
    internal ImmutableList<Posting> Postings { get; init; } = [];

    /// <summary>The request of an act; null when the act never came.</summary>
    public Request? Find(string operation, int epoch) => Requests.Find(request => request.Operation == operation && request.Epoch == epoch);

    /// <summary>The request of an act.</summary>
    public Request? Find(Act act) => Find(act.Operation, act.Epoch);

    /// <summary>Adds the request of an act.</summary>
    public OrderPayment With(Request request) => this with { Requests = Requests.Add(request) };

    /// <summary>Posts that the gateway holds the money.</summary>
    public OrderPayment PostHold(Act authorization) =>
        Post(Customer, Held, authorization, LedgerTable.Authorize, authorization.Epoch) with { Hold = authorization };

    /// <summary>Posts that the held money was captured.</summary>
    public OrderPayment PostCapture(Act capture) => Post(Held, Merchant, Hold!, LedgerTable.Capture, capture.Epoch);

    /// <summary>Posts that the gateway released the hold.</summary>
    public OrderPayment PostRelease(Act authorization)
    {
        // The gateway may have made the hold and this service did not hear of it. Then the hold enters and leaves the ledger here.
        var held = authorization.Said is null ? PostHold(authorization) : this;
        return held.Post(
            Held, Customer, authorization, LedgerTable.Void,
            Voids.First(@void => @void.Epoch >= authorization.Epoch).Epoch) with
        { Hold = null };
    }

    OrderPayment Post(string from, string to, Act hold, string operation, int epoch)
    {
        var amount = Find(nameof(AuthorizePayment), hold.Epoch)!.Amount!.Value;
        return this with
        {
            Postings = Postings.Add(
            new Posting(hold.SagaId, hold.Epoch, from, to, operation, epoch, amount.Currency, amount.MinorUnits()))
        };
    }
}
