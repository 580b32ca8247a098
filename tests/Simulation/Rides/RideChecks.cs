using Orchestrator.Simulation.Worlds;

namespace Orchestrator.Tests.Simulation.Rides;

/// <summary>The rules for rides, drivers and fares.</summary>
static class RideChecks
{
    const string Rides = """
        FROM saga s
        LEFT JOIN (SELECT ride_id,
            sum(act = 'AssignDriver' AND status = 'Done') AS assigned, sum(act = 'StartRide' AND status = 'Done') AS begun,
            sum(act = 'RideEnded') AS ended
            FROM rides_driver GROUP BY ride_id) d ON d.ride_id = s.id
        LEFT JOIN (SELECT ride_id,
            sum(act = 'AuthorizeFare' AND status = 'Done') AS held, sum(act = 'CaptureFare' AND status = 'Done') AS captures,
            sum(CASE WHEN act = 'CaptureFare' AND status = 'Done' THEN minor_units END) AS captured
            FROM rides_fare GROUP BY ride_id) f ON f.ride_id = s.id
        LEFT JOIN (SELECT ride_id, count(*) AS told FROM rides_passenger WHERE status = 'Done' GROUP BY ride_id) p ON p.ride_id = s.id
        """;

    const string Facts = """
        s.business_key || ': assigned ' || coalesce(assigned, 0) || ', begun ' || coalesce(begun, 0) || ', ended ' || coalesce(ended, 0)
            || ', held ' || coalesce(held, 0) || ', captures ' || coalesce(captures, 0) || ', told ' || coalesce(told, 0)
        """;

    const string Due = "round(coalesce(json_extract(s.data, '$.finalFare.amount'), json_extract(s.data, '$.fare.amount')) * 100)";

    /// <summary>The violations, one sentence each.</summary>
    public static IEnumerable<string> Violations(MemoryDatabase store)
    {
        foreach (var ride in Text("s.state = 'Cancelled' AND (assigned > 0 OR begun > 0 OR held > 0 OR captures > 0 OR told > 0)"))
            yield return $"a cancelled ride keeps something: {ride}";
        foreach (
            var ride in Text(
                "s.state = 'Completed' AND (coalesce(assigned, 0) = 0 OR coalesce(begun, 0) = 0 OR coalesce(held, 0) = 0 OR "
                + "coalesce(told, 0) = 0)"))
            yield return $"a completed ride lacks something: {ride}";
        foreach (var ride in Text($"s.state = 'Completed' AND coalesce(captured, 0) <> {Due}"))
            yield return $"the captured fare of a completed ride is not its cost: {ride}";
        foreach (var ride in Text("captures > 1 OR held > 1 OR assigned > 1"))
            yield return $"something was done twice: {ride}";
        foreach (var ride in Text("told > 0 AND coalesce(captures, 0) = 0"))
            yield return $"a receipt without a captured fare: {ride}";

        List<string> Text(string where) =>
            store.ReadNow(sql => sql.Query($"SELECT {Facts} {Rides} WHERE {where}", row => row.GetString(0)));
    }
}
