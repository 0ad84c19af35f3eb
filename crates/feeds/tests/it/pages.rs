//! The pages in docs/feeds are what the specifications say.

use std::fs;
use std::path::PathBuf;

use model::Feed;

#[test]
fn committed_pages_equal_the_specifications() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/feeds");
    let write = std::env::var_os("WSIC_WRITE_DOCS").is_some();
    for feed in Feed::ALL {
        let path = folder.join(format!("{feed}.md"));
        let page = feeds::documentation(feed);
        if write {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &page).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == page,
            "docs/feeds/{feed}.md is out of date: run this test with WSIC_WRITE_DOCS=1"
        );
    }
}
