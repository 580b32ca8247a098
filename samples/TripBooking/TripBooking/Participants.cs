using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Hosting;
using Orchestrator.MassTransit;
using Orchestrator.Participants;
using Orchestrator.Storage;

namespace TripBooking;

/// <summary>The participants of a trip, by name. Each has its own tables, and could be a program of its own.</summary>
public static class Participants
{
    public static IReadOnlyDictionary<string, Action<Party>> All { get; } = new Dictionary<string, Action<Party>>
    {
        ["flights"] = party => party.Add<Flights, FlightTables>(database => new(database), options => new(options)),
        ["hotels"] = party => party.Add<Hotels, HotelTables>(database => new(database), options => new(options)),
        ["cars"] = party => party.Add<Cars, CarTables>(database => new(database), options => new(options)),
        ["bank"] = party => party.Add<Bank, BankTables>(database => new(database), options => new(options)),
        ["mail"] = party => party.Add<Mail, MailTables>(database => new(database), options => new(options)),
    };

    static void Add<TParticipant, TTables>(
        this Party party, Func<Database, TParticipant> open, Func<DbContextOptions<TTables>, TTables> tables)
        where TParticipant : class, IParticipant
        where TTables : DbContext
    {
        party.AddServices(host => host.Services.AddSingleton(provider => open(host.Store(provider))));
        party.AddTables((database, stop) => Schema.Migrate(database, party.Name, tables, stop));
        party.AddQueues((bus, context) => bus.Receive(context.GetRequiredService<TParticipant>()));
    }
}
