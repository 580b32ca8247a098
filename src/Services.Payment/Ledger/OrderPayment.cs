using System.Collections.Immutable;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Payment;
using Orchestrator.Participants;

namespace Orchestrator.Services.Payment.Ledger;

/// <summary>What an act asks of the gateway.</summary>
/// <param name="Operation">The name of the act's command.</param>
/// <param name="Epoch">The act's epoch.</param>
/// <param name="CustomerId">Whose money, of an authorisation.</param>
/// <param name="Amount">How much; null for a capture that found nothing held.</param>
public sealed record Request(string Operation, int Epoch, string? CustomerId, Money? Amount);

/// <summary>What the service knows of the payment of one order, beside the acts.</summary>
public sealed record OrderPayment
{
    const string Customer = "customer", Held = "hold", Merchant = "merchant";

    /// <summary>Of an order that is not known.</summary>
    public static OrderPayment None { get; } = new();

    /// <summary>What the acts ask of the gateway.</summary>
    public ImmutableList<Request> Requests { get; init; } = [];

    /// <summary>The authorisation that holds money, and is not being voided.</summary>
    public Act? Hold { get; init; }

    /// <summary>The epochs of the voids that are stored, and whether each waits for a hold to go; in the order of the epochs.</summary>
    internal ImmutableList<(int Epoch, bool IsPending)> Voids { get; init; } = [];

    /// <summary>What is to be added to the ledger.</summary>
    internal ImmutableList<Posting> Postings { get; init; } = [];

    /// <summary>What an act asks, if it ever came.</summary>
    public Request? Find(string operation, int epoch) => Requests.Find(request => request.Operation == operation && request.Epoch == epoch);

    /// <summary>What an act asks.</summary>
    public Request? Find(Act act) => Find(act.Operation, act.Epoch);

    /// <summary>Another act asks something.</summary>
    public OrderPayment With(Request request) => this with { Requests = Requests.Add(request) };

    /// <summary>The gateway holds the money.</summary>
    public OrderPayment PostHold(Act authorization) =>
        Post(Customer, Held, authorization, LedgerTable.Authorize, authorization.Epoch) with { Hold = authorization };

    /// <summary>The held money is ours.</summary>
    public OrderPayment PostCapture(Act capture) => Post(Held, Merchant, Hold!, LedgerTable.Capture, capture.Epoch);

    /// <summary>The gateway let go of the hold.</summary>
    public OrderPayment PostRelease(Act authorization)
    {
        // The gateway may have made the hold without our learning of it: then it enters and leaves the ledger here.
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
